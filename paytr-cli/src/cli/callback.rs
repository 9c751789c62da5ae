use clap::{Args, Subcommand};
use paytr_core::{IdForm, NotificationKind};

use super::Field;
use super::values::kinds;

/// Notifications.
#[derive(Subcommand)]
pub(crate) enum CallbackCommand {
    /// Print the body of a signed notification
    Sign(SignArgs),
    /// Check the body on standard input: grammar and hash
    Verify(VerifyArgs),
    /// Find out why the hash of the body on standard input is wrong
    Explain(ExplainArgs),
}

/// A notification to sign.
#[derive(Args)]
pub(crate) struct SignArgs {
    /// Which kind
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: NotificationKind,
    /// merchant_oid: the order id
    #[arg(long, value_name = "ID")]
    pub(crate) order_id: Option<String>,
    /// total_amount, such as 34.56
    #[arg(long)]
    pub(crate) amount: Option<super::Amount>,
    /// status=failed with this failed_reason_code, instead of success
    #[arg(long, value_name = "CODE")]
    pub(crate) failed: Option<String>,
    /// callback_id: the shop's id of a link
    #[arg(long, value_name = "ID")]
    pub(crate) callback_id: Option<String>,
    /// bank: the bank of an EFT notice
    #[arg(long, value_name = "CODE")]
    pub(crate) bank: Option<String>,
    /// trans_id of a cashout; for transfers repeat it, the ids make up trans_ids
    #[arg(long, value_name = "ID")]
    pub(crate) trans_id: Vec<String>,
    /// Any field by PayTR's name, signed or not, such as currency=TL
    #[arg(value_name = "FIELD=VALUE")]
    pub(crate) fields: Vec<Field>,
}

/// A notification to check.
#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// Which kind; the address that PayTR posted to decides, never a field
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: NotificationKind,
    /// The prefix of the shop's callback ids, as given to IdForm (kind link); any id without it
    #[arg(long, value_name = "PREFIX", value_parser = IdForm::new)]
    pub(crate) callback_id_prefix: Option<IdForm>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// A notification, or a request of the same kind, to explain.
#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// Which kind. A body with paytr_token is taken as a request of that kind: get-token or Direct
    /// (payment), link/create (link), get-token for EFT (eft), platform transfer, cashout
    #[arg(long, value_parser = kinds())]
    pub(crate) kind: NotificationKind,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
