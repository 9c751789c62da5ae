use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use paytr_core::NotificationKind;

use super::{Amount, Field, SignArgs};

/// A PayTR on this machine.
#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// Where to listen: an IP address and a port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    pub(crate) listen: String,
    /// Allow an address that other machines reach: whoever reaches it can pay and read every order
    #[arg(long)]
    pub(crate) beyond_loopback: bool,
    /// Where payment notifications go, such as http://127.0.0.1:3000/paytr/callback; until it is
    /// given here, over the control API or by `paytr listen`, they wait
    #[arg(long, value_name = "URL")]
    pub(crate) notify: Option<String>,
    /// Where notices of the bank transfer form go
    #[arg(long, value_name = "URL")]
    pub(crate) notify_eft: Option<String>,
    /// Where results of platform transfers and cashouts go
    #[arg(long, value_name = "URL")]
    pub(crate) notify_platform: Option<String>,
    /// Where notifications of links go, in place of each link's own address
    #[arg(long, value_name = "URL")]
    pub(crate) notify_link: Option<String>,
    /// Let things go wrong by a plan drawn from this seed, or from a new one that is printed
    #[arg(
        long,
        value_name = "SEED",
        num_args = 0..=1,
        default_missing_value = Seed::NEW,
        conflicts_with = "faults"
    )]
    pub(crate) chaos: Option<Seed>,
    /// Let things go wrong by the plan in this JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Seconds before a notification is sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) resend_every: u32,
    /// Make a merchant of its own, whatever the environment says
    #[arg(long)]
    pub(crate) new_merchant: bool,
}

/// What a plan is drawn from.
#[derive(Clone, Copy)]
pub(crate) enum Seed {
    New,
    Given(u64),
}

impl Seed {
    const NEW: &str = "new";
}

impl FromStr for Seed {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        if text == Self::NEW {
            return Ok(Self::New);
        }
        text.parse().map(Self::Given)
    }
}

/// A notification to post.
#[derive(Args)]
pub(crate) struct TriggerArgs {
    /// Which kind
    #[arg(value_name = "payment|link|eft|transfer|cashout")]
    pub(crate) kind: NotificationKind,
    /// Where to post it
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:3000/paytr/callback"
    )]
    pub(crate) to: String,
    /// merchant_oid: the order id; a new one without it
    #[arg(long, value_name = "ID")]
    pub(crate) order_id: Option<String>,
    /// total_amount, such as 34.56; without it 1.00
    #[arg(long)]
    pub(crate) amount: Option<Amount>,
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

impl TriggerArgs {
    /// What is to be signed.
    pub(crate) fn into_sign_args(self) -> SignArgs {
        SignArgs {
            kind: self.kind,
            order_id: self.order_id,
            amount: self.amount,
            failed: self.failed,
            callback_id: self.callback_id,
            bank: self.bank,
            trans_id: self.trans_id,
            fields: self.fields,
        }
    }
}

/// Which sandbox is meant.
#[derive(Args)]
pub(crate) struct WhichSandbox {
    /// Address of the sandbox; without it PAYTR_BASE_URL, or else http://127.0.0.1:4000
    #[arg(long, value_name = "URL")]
    pub(crate) sandbox: Option<String>,
}

/// A shop that the sandbox cannot reach.
#[derive(Args)]
pub(crate) struct ListenArgs {
    /// Where notifications are forwarded to
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:3000/paytr/callback"
    )]
    pub(crate) forward_to: String,
    /// Which notifications, with commas: payment, eft, platform, link
    #[arg(long, value_name = "KINDS", default_value = "payment")]
    pub(crate) kinds: String,
    #[command(flatten)]
    pub(crate) which: WhichSandbox,
}

/// An order of the sandbox.
#[derive(Args)]
pub(crate) struct ResendArgs {
    /// The order id
    pub(crate) order: String,
    #[command(flatten)]
    pub(crate) which: WhichSandbox,
}

/// A notification address to examine.
#[derive(Args)]
pub(crate) struct DoctorArgs {
    /// The notification address of the shop
    pub(crate) url: String,
    /// An unpaid test order that the shop knows: it is told twice that this order failed. Without it
    /// an order id that nobody knows is used
    #[arg(long, value_name = "ID")]
    pub(crate) order_id: Option<String>,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
