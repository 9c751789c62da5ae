use clap::{Args, Subcommand};
use paytr_core::api::{
    DetailRow, PaymentDetail, PaymentStatement, StatementRow, TransactionKind, TransactionReport,
    TransactionRow,
};
use paytr_core::wire::Date;

use super::paging::{ListArgs, Row, SecondsArgs, amount, list, text, windows};
use crate::exit::Failure;
use crate::output::{Column, currency_name};

/// Reports.
#[derive(Subcommand)]
pub(super) enum ReportCommand {
    /// Sales and refunds; asks in windows of 3 days
    Transactions(TransactionsArgs),
    /// Payouts per day; asks in windows of 31 days
    Statement(StatementArgs),
    /// Which orders are in the payout of one day
    Detail(DetailArgs),
}

/// Runs a command of this group.
pub(super) fn run(command: ReportCommand) -> Result<(), Failure> {
    match command {
        ReportCommand::Transactions(args) => transactions(args),
        ReportCommand::Statement(args) => statement(args),
        ReportCommand::Detail(args) => detail(args),
    }
}

/// Sales and refunds.
#[derive(Args)]
pub(super) struct TransactionsArgs {
    #[command(flatten)]
    range: SecondsArgs,
    #[command(flatten)]
    list: ListArgs,
}

fn transactions(args: TransactionsArgs) -> Result<(), Failure> {
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

/// Payouts per day.
#[derive(Args)]
pub(super) struct StatementArgs {
    /// The first day: 2026-01-01
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day, included: 2026-01-31
    #[arg(long, value_name = "DATE")]
    to: Date,
    #[command(flatten)]
    list: ListArgs,
}

fn statement(args: StatementArgs) -> Result<(), Failure> {
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

/// The payout of one day.
#[derive(Args)]
pub(super) struct DetailArgs {
    /// The day of the payout: 2026-01-31
    date: Date,
    #[command(flatten)]
    list: ListArgs,
}

fn detail(args: DetailArgs) -> Result<(), Failure> {
    list(&[PaymentDetail::new(args.date)], args.list)
}

impl Row for DetailRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("order_id"),
        Column::number("amount"),
        Column::text("currency"),
        Column::text("iban"),
        Column::text("name"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            text(self.order.as_ref()),
            amount(self.amount),
            currency_name(&[self.amount]),
            text(self.iban.as_ref()),
            text(self.name.as_ref()),
        ]
    }
}
