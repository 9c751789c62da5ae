use paytr_core::api::{PaymentStatement, StatementRow};

use super::paging::{Row, amount, list, text, windows};
use crate::cli::StatementArgs;
use crate::exit::Failure;
use crate::output::{Column, currency_name};

pub(super) fn run(args: StatementArgs) -> Result<(), Failure> {
    list(
        &windows(PaymentStatement::windows(args.from, args.to))?,
        args.list,
    )
}

impl Row for StatementRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("date"),
        Column::number("sales"),
        Column::number("refunds"),
        Column::number("net"),
        Column::text("currency"),
        Column::text("iban"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            text(self.date.as_ref()),
            amount(self.sales),
            amount(self.refunds),
            amount(self.net),
            currency_name(&[self.net, self.sales, self.refunds]),
            text(self.iban.as_ref()),
        ]
    }
}
