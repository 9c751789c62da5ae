use clap::Args;
use paytr_core::callback::NotificationKind;

use super::callback_sign::{SignArgs, body};
use super::local::{courier, local, reply_text, runtime};
use super::values::{Amount, Field};
use crate::exit::{Exit, Failure};
use crate::output::print;
use crate::settings::Settings;

/// A notification to post.
#[derive(Args)]
pub(super) struct TriggerArgs {
    /// Which kind
    #[arg(value_name = "payment|link|eft|transfer|cashout")]
    kind: NotificationKind,
    /// Where to post it
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:3000/paytr/callback"
    )]
    to: String,
    /// merchant_oid: the order id; a new one without it
    #[arg(long, value_name = "ID")]
    order_id: Option<String>,
    /// total_amount, such as 34.56; without it 1.00
    #[arg(long)]
    amount: Option<Amount>,
    /// status=failed with this failed_reason_code, instead of success
    #[arg(long, value_name = "CODE")]
    failed: Option<String>,
    /// callback_id: the shop's id of a link
    #[arg(long, value_name = "ID")]
    callback_id: Option<String>,
    /// bank: the bank of an EFT notice
    #[arg(long, value_name = "CODE")]
    bank: Option<String>,
    /// trans_id of a cashout; for transfers repeat it, the ids make up trans_ids
    #[arg(long, value_name = "ID")]
    trans_id: Vec<String>,
    /// Any field by PayTR's name, signed or not, such as currency=TL
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<Field>,
}

impl TriggerArgs {
    /// What is to be signed.
    fn into_sign_args(self) -> SignArgs {
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

pub(super) fn run(args: TriggerArgs) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let url = args.to.clone();
    let body = body(with_defaults(args)?.into_sign_args(), &settings)?;
    let courier = courier()?;
    let reply = runtime()?.block_on(courier.deliver(&url, body.clone()));
    let reply = reply.map_err(|error| Failure::invalid_input(&error))?;
    print(&format!(
        "posted  {body}\nto      {url}\nreply   {}",
        reply_text(&reply)
    ))?;
    Ok(if reply.is_acknowledgement() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// Fills in the fields that a notification of the kind needs and that were not given.
fn with_defaults(mut args: TriggerArgs) -> Result<TriggerArgs, Failure> {
    let typed = |name: &str| args.fields.iter().any(|field| field.name == name);
    let needs_order = matches!(
        args.kind,
        NotificationKind::Payment | NotificationKind::Link | NotificationKind::Eft
    );
    if needs_order && args.order_id.is_none() && !typed("merchant_oid") {
        args.order_id = Some(new_id("TRIGGER")?);
    }
    let needs_amount = matches!(
        args.kind,
        NotificationKind::Payment | NotificationKind::Link
    );
    if needs_amount && args.failed.is_none() && args.amount.is_none() && !typed("total_amount") {
        args.amount = Some(
            "1.00"
                .parse()
                .map_err(|error| Failure::invalid_input(&error))?,
        );
    }
    if args.kind == NotificationKind::Link && args.callback_id.is_none() && !typed("callback_id") {
        args.callback_id = Some(new_id("LINK")?);
    }
    if args.kind == NotificationKind::Eft && args.bank.is_none() && !typed("bank") {
        args.bank = Some("isbank".to_owned());
    }
    let is_platform = !needs_order;
    if is_platform && args.trans_id.is_empty() && !typed("trans_id") && !typed("trans_ids") {
        args.trans_id = vec![new_id("TRIGGER")?];
    }
    Ok(args)
}

/// An id of its own for every run, so that none was handled before.
pub(super) fn new_id(prefix: &str) -> Result<String, Failure> {
    let number = getrandom::u64().map_err(|error| local(&error))?;
    Ok(format!("{prefix}{number:016X}"))
}
