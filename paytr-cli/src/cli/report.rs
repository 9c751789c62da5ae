use clap::{Args, Subcommand};
use paytr_core::{Date, DateTime};

use super::ListArgs;
use super::values::{range_end, range_start};

/// Reports.
#[derive(Subcommand)]
pub(crate) enum ReportCommand {
    /// Sales and refunds; asks in windows of 3 days
    Transactions(TransactionsArgs),
    /// Payouts per day; asks in windows of 31 days
    Statement(StatementArgs),
    /// Which orders are in the payout of one day
    Detail(DetailArgs),
}

/// A range of seconds. Times are Turkish.
#[derive(Args)]
pub(crate) struct SecondsArgs {
    /// The first day or second: 2026-01-01 or '2026-01-01 08:00:00'
    #[arg(long, value_name = "TIME", value_parser = range_start)]
    pub(crate) from: DateTime,
    /// The last day or second, included: 2026-01-31 or '2026-01-31 17:59:59'
    #[arg(long, value_name = "TIME", value_parser = range_end)]
    pub(crate) to: DateTime,
    /// Ask for invented rows, to try the report out
    #[arg(long)]
    pub(crate) dummy: bool,
}

/// Sales and refunds.
#[derive(Args)]
pub(crate) struct TransactionsArgs {
    #[command(flatten)]
    pub(crate) range: SecondsArgs,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// Payouts per day.
#[derive(Args)]
pub(crate) struct StatementArgs {
    /// The first day: 2026-01-01
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Date,
    /// The last day, included: 2026-01-31
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Date,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The payout of one day.
#[derive(Args)]
pub(crate) struct DetailArgs {
    /// The day of the payout: 2026-01-31
    pub(crate) date: Date,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}
