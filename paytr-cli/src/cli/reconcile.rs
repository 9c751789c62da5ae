use clap::Args;
use paytr_core::MerchantOid;

/// A question to PayTR about orders of a shop's ledger.
#[derive(Args)]
pub(crate) struct ReconcileArgs {
    /// One order, due or not; without it every order that is due
    pub(crate) order: Option<MerchantOid>,
    /// Ask PayTR and show what would be done; the ledger is not changed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Post what is paid to the shop as a signed notification, to be delivered now
    #[arg(long, value_name = "URL", conflicts_with = "dry_run")]
    pub(crate) notify: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
