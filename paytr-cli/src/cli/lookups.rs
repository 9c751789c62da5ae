use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::errors::ErrorTable;

use super::SendArgs;
use super::values::tables;

/// A status inquiry.
#[derive(Args)]
pub(crate) struct StatusArgs {
    /// The order id
    pub(crate) order: MerchantOid,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// A BIN lookup.
#[derive(Args)]
pub(crate) struct BinArgs {
    /// The first 6 or 8 digits of a card number, never all of it
    pub(crate) digits: String,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// The rates of instalments.
#[derive(Args)]
pub(crate) struct InstallmentsArgs {
    /// The shop's own id of the request: 1 to 32 letters and digits; made up if not given
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    /// Ask for the rate of a single payment too; see it with --json
    #[arg(long)]
    pub(crate) single: bool,
    /// Ask for the rate of foreign cards too; see it with --json
    #[arg(long)]
    pub(crate) abroad: bool,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// A look into the tables of codes.
#[derive(Args)]
pub(crate) struct ErrorArgs {
    /// Which table; payment is failed_reason_code of notifications, transfer is also returned
    /// transfers and cashouts
    #[arg(value_parser = tables())]
    pub(crate) table: ErrorTable,
    /// The code; the whole table without it
    pub(crate) code: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
