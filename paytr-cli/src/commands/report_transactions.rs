use paytr_core::api::{TransactionKind, TransactionReport, TransactionRow};

use super::paging::{Row, amount, list, text, windows};
use crate::cli::TransactionsArgs;
use crate::exit::Failure;
use crate::output::{Column, currency_name};

pub(super) fn run(args: TransactionsArgs) -> Result<(), Failure> {
    let range = args.range;
    let reports = TransactionReport::windows(range.from, range.to).map(|mut report| {
        report.dummy = range.dummy;
        report
    });
    list(&windows(reports)?, args.list)
}

impl Row for TransactionRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("date"),
        Column::text("kind"),
        Column::text("order_id"),
        Column::number("amount"),
        Column::number("paid"),
        Column::number("deduction"),
        Column::number("deduction_percent"),
        Column::number("net"),
        Column::text("currency"),
        Column::number("installments"),
        Column::text("card_program"),
        Column::text("card"),
        Column::text("paid_by"),
    ];

    fn cells(&self) -> Vec<String> {
        let kind = self.kind.as_ref().map(|kind| match kind {
            TransactionKind::Sale => "sale",
            TransactionKind::Refund => "refund",
            other => other.code(),
        });
        vec![
            text(self.date.as_ref()),
            text(kind),
            text(self.order.as_ref()),
            amount(self.amount),
            amount(self.paid),
            amount(self.deduction),
            text(self.deduction_rate),
            amount(self.net_amount),
            currency_name(&[self.amount, self.paid, self.net_amount]),
            text(self.installments),
            text(self.card_program.as_ref()),
            text(self.masked_pan.as_ref()),
            text(self.paid_by.as_ref()),
        ]
    }
}
