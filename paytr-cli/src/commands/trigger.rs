use paytr_core::NotificationKind;

use super::callback_sign::body;
use super::local::{courier, local, reply_text, runtime};
use crate::cli::TriggerArgs;
use crate::exit::{Exit, Failure};
use crate::output::print;
use crate::settings::Settings;

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

/// Fills in what a notification of the kind needs and nobody typed.
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
