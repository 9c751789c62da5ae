use clap::Args;
use paytr_core::Credentials;
use paytr_core::callback::NotificationKind;
use paytr_core::testing::{
    Cashout, Eft, Link, Notification, NotificationFormula, Payment, Transfer,
};

use super::callback_verify::check;
use super::values::{Amount, Field, kinds};
use crate::exit::Failure;
use crate::output::{print, tell};
use crate::settings::Settings;

/// A notification to sign.
#[derive(Args)]
pub(super) struct SignArgs {
    /// Which kind
    #[arg(long, value_parser = kinds())]
    pub(super) kind: NotificationKind,
    /// merchant_oid: the order id
    #[arg(long, value_name = "ID")]
    pub(super) order_id: Option<String>,
    /// total_amount, such as 34.56
    #[arg(long)]
    pub(super) amount: Option<Amount>,
    /// status=failed with this failed_reason_code, instead of success
    #[arg(long, value_name = "CODE")]
    pub(super) failed: Option<String>,
    /// callback_id: the shop's id of a link
    #[arg(long, value_name = "ID")]
    pub(super) callback_id: Option<String>,
    /// bank: the bank of an EFT notice
    #[arg(long, value_name = "CODE")]
    pub(super) bank: Option<String>,
    /// trans_id of a cashout; for transfers repeat it, the ids make up trans_ids
    #[arg(long, value_name = "ID")]
    pub(super) trans_id: Vec<String>,
    /// Any field by PayTR's name, signed or not, such as currency=TL
    #[arg(value_name = "FIELD=VALUE")]
    pub(super) fields: Vec<Field>,
}

type Fields = Vec<(String, String)>;

pub(super) fn run(args: SignArgs) -> Result<(), Failure> {
    print(&body(args, &Settings::read()?)?)
}

/// The body of the signed notification. Says so when a mount point would refuse it.
pub(super) fn body(args: SignArgs, settings: &Settings) -> Result<String, Failure> {
    let kind = args.kind;
    let fields = fields(args)?;
    let credentials = &settings.credentials;
    let body = match kind {
        NotificationKind::Payment => sign::<Payment>(fields, credentials),
        NotificationKind::Link => sign::<Link>(fields, credentials),
        NotificationKind::Eft => sign::<Eft>(fields, credentials),
        NotificationKind::Transfer => sign::<Transfer>(fields, credentials),
        NotificationKind::Cashout => sign::<Cashout>(fields, credentials),
    };
    if let Err(why) = check(kind, None, body.as_bytes(), settings) {
        tell(&format!(
            "note: signed as asked, but a mount point refuses it: {why}"
        ));
    }
    Ok(body)
}

fn sign<K: NotificationFormula>(fields: Fields, credentials: &Credentials) -> String {
    Notification::<K>::from_fields(fields)
        .sign(credentials)
        .to_body()
}

/// The fields of the flags in PayTR's order, then the typed ones. A typed one wins.
fn fields(args: SignArgs) -> Result<Fields, Failure> {
    let amount = args.amount.map(|amount| amount.minor_units().to_string());
    let status = match (args.kind, &args.failed) {
        (NotificationKind::Eft, _) => Some("info".to_owned()),
        (NotificationKind::Payment, Some(_)) => Some("failed".to_owned()),
        (NotificationKind::Payment | NotificationKind::Link, _) => Some("success".to_owned()),
        _ => None,
    };
    let is_failed = args.failed.is_some() && args.kind == NotificationKind::Payment;
    let total = amount.or_else(|| is_failed.then(|| "0".to_owned()));
    let mode = (args.kind == NotificationKind::Cashout).then(|| "cashout".to_owned());
    let (trans_id, trans_ids) = match args.kind {
        NotificationKind::Transfer if !args.trans_id.is_empty() => {
            (None, Some(serde_json::json!(args.trans_id).to_string()))
        }
        _ => (args.trans_id.into_iter().next(), None),
    };
    let of_flags = [
        ("mode", mode),
        ("callback_id", args.callback_id),
        ("merchant_oid", args.order_id),
        ("bank", args.bank),
        ("trans_id", trans_id),
        ("trans_ids", trans_ids),
        ("status", status),
        ("total_amount", total),
        ("failed_reason_code", args.failed),
    ];
    let typed = |name: &str| args.fields.iter().any(|field| field.name == name);
    let mut fields: Fields = of_flags
        .into_iter()
        .filter(|(name, _)| !typed(name))
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    fields.extend(
        args.fields
            .iter()
            .map(|field| (field.name.clone(), field.value.clone())),
    );
    check_signed(args.kind, &fields)?;
    Ok(fields)
}

/// What is signed must be there.
fn check_signed(kind: NotificationKind, fields: &Fields) -> Result<(), Failure> {
    let signed: &[&str] = match kind {
        NotificationKind::Payment => &["merchant_oid", "status", "total_amount"],
        NotificationKind::Link => &["callback_id", "merchant_oid", "status", "total_amount"],
        NotificationKind::Eft => &["merchant_oid", "bank"],
        NotificationKind::Transfer => &["trans_ids"],
        NotificationKind::Cashout => &["trans_id"],
    };
    let is_there = |name: &&&str| fields.iter().any(|(known, _)| known == **name);
    let missing: Vec<_> = signed
        .iter()
        .filter(|name| !is_there(name))
        .copied()
        .collect();
    if !missing.is_empty() {
        let text = format!(
            "a {kind} notification is signed over {}",
            missing.join(", ")
        );
        return Err(Failure::invalid(format!(
            "{text}: give it as NAME=VALUE or by its flag"
        )));
    }
    if fields.iter().any(|(name, _)| name == "hash") {
        return Err(Failure::invalid("hash is what is made here: leave it out"));
    }
    Ok(())
}
