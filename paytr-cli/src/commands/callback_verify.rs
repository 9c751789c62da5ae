use std::io::{self, Read as _};

use clap::Args;
use paytr_core::callback::{
    CallbackError, LinkCallback, NotificationKind, PaymentStatus, PersonalData,
};
use paytr_core::{CashoutResult, EftNotice, IdForm, Keyring, PaymentCallback, TransferResult};

use super::values::kinds;
use crate::exit::{Exit, Failure};
use crate::output::{Details, chain, print_json, signed_text, tell};
use crate::settings::Settings;

/// More than any notification has: mount points take 16 KiB.
const MOST_BYTES: u64 = 64 * 1024;

/// A notification to check.
#[derive(Args)]
pub(super) struct VerifyArgs {
    /// Which kind; the address that PayTR posted to decides, never a field
    #[arg(long, value_parser = kinds())]
    kind: NotificationKind,
    /// The prefix of the shop's callback ids, as given to IdForm (kind link); any id without it
    #[arg(long, value_name = "PREFIX", value_parser = IdForm::new)]
    callback_id_prefix: Option<IdForm>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// The signed facts of a notification.
pub(super) type Facts = Vec<(&'static str, String)>;

pub(super) fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let settings = Settings::read()?;
    let body = read_body()?;
    let checked = check(
        args.kind,
        args.callback_id_prefix.as_ref(),
        &body,
        &settings,
    );
    if args.json {
        let facts = checked.as_ref().ok().into_iter().flatten();
        let facts: serde_json::Map<_, _> = facts
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        print_json(&serde_json::json!({
            "kind": args.kind.as_str(),
            "valid": checked.is_ok(),
            "signed": facts,
            "refused_because": checked.as_ref().err(),
        }))?;
    }
    let facts = checked.map_err(|why| {
        let hint = format!(
            "  find out why: paytr callback explain --kind {}",
            args.kind
        );
        Failure::new(Exit::Refused, format!("the notification is refused: {why}")).with(&hint)
    })?;
    if args.json {
        return Ok(());
    }
    let details = Details::new().add("notification", format!("{}, genuine", args.kind));
    facts
        .into_iter()
        .fold(details, |details, (name, value)| details.add(name, value))
        .print()
}

/// Checks grammar and hash as the mount points do.
pub(super) fn check(
    kind: NotificationKind,
    callback_ids: Option<&IdForm>,
    body: &[u8],
    settings: &Settings,
) -> Result<Facts, String> {
    let keyring = Keyring::new(settings.credentials.clone());
    let facts = match kind {
        NotificationKind::Payment => {
            PaymentCallback::verify(&keyring, body).map(|callback| payment(&callback))
        }
        NotificationKind::Link => any_form(callback_ids, body)
            .and_then(|form| LinkCallback::verify(&keyring, &form, body))
            .map(|callback| link(&callback)),
        NotificationKind::Eft => {
            EftNotice::verify(&keyring, PersonalData::Drop, body).map(|notice| eft(&notice))
        }
        NotificationKind::Transfer => {
            TransferResult::verify(&keyring, body).map(|result| transfer(&result))
        }
        NotificationKind::Cashout => {
            CashoutResult::verify(&keyring, body).map(|result| cashout(&result))
        }
    };
    facts.map_err(|error| chain(&error))
}

/// The form of callback ids: the shop's, or that of the one in the body.
fn any_form(form: Option<&IdForm>, body: &[u8]) -> Result<IdForm, CallbackError> {
    if let Some(form) = form {
        return Ok(form.clone());
    }
    let mut fields = form_urlencoded::parse(body);
    let id = fields.find(|(name, _)| name == "callback_id");
    let length = id.map_or(1, |(_, id)| id.len().clamp(1, IdForm::MAX_LEN));
    IdForm::existing("", length).map_err(|_| CallbackError::BadHash)
}

fn payment(callback: &PaymentCallback) -> Facts {
    let status = match callback.status() {
        PaymentStatus::Success => "success",
        PaymentStatus::Failed => "failed",
    };
    vec![
        ("merchant_oid", callback.merchant_oid().to_owned()),
        ("status", status.to_owned()),
        ("total_amount", callback.total_amount().to_string()),
        ("total", total(callback.total_amount())),
    ]
}

fn link(callback: &LinkCallback) -> Facts {
    vec![
        ("callback_id", callback.callback_id().to_string()),
        ("merchant_oid", callback.merchant_oid().to_owned()),
        ("status", "success".to_owned()),
        ("total_amount", callback.total_amount().to_string()),
        ("total", total(callback.total_amount())),
    ]
}

/// In major units, without a currency: that is not signed.
fn total(minor_units: u64) -> String {
    signed_text(i64::try_from(minor_units).unwrap_or(i64::MAX))
}

fn eft(notice: &EftNotice) -> Facts {
    vec![
        ("merchant_oid", notice.merchant_oid().to_owned()),
        ("bank", notice.bank().code().to_owned()),
        ("note", "nothing is paid yet".to_owned()),
    ]
}

fn transfer(result: &TransferResult) -> Facts {
    vec![("trans_ids", result.trans_ids().join(", "))]
}

fn cashout(result: &CashoutResult) -> Facts {
    vec![
        ("trans_id", result.trans_id().to_owned()),
        (
            "note",
            "the outcome is not signed: look it up elsewhere".to_owned(),
        ),
    ]
}

/// Reads a body from standard input. Editors and `echo` add a line break that PayTR does not post.
pub(super) fn read_body() -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = io::stdin()
        .lock()
        .take(MOST_BYTES + 1)
        .read_to_end(&mut body);
    read.map_err(|error| {
        Failure::new(
            Exit::Local,
            format!("standard input cannot be read: {error}"),
        )
    })?;
    if body.len() as u64 > MOST_BYTES {
        return Err(Failure::invalid(
            "standard input has more than any notification has",
        ));
    }
    if body.last() == Some(&b'\n') {
        body.pop();
        if body.last() == Some(&b'\r') {
            body.pop();
        }
        tell("note: the line break at the end of standard input is not part of the body");
    }
    Ok(body)
}
