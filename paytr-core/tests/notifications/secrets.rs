//! A canary in every piece of personal data and in every hash: none of them is ever shown.

use std::fmt::Debug;
use std::sync::Arc;

use paytr_core::api::EftBank;
use paytr_core::callback::{CallbackId, CashoutOutcome, PersonalData};
use paytr_core::gate::{
    CashoutResultGate, EftNoticeGate, LinkGate, LinkPrices, Links, TransferResultGate,
};
use paytr_core::testing::{
    CashoutNotification, CashoutPayment, EftNotification, LinkNotification, TransferNotification,
};
use paytr_core::{
    BoxError, CashoutResult, Currency, EftNotice, Expected, IdForm, LinkPayment, MemoryStore,
    Money, async_trait,
};

use crate::common::{KEY, SALT, credentials, keyring};
use captured_log::CapturedLog;

const NAME: &str = "Kanarya Kuş";
const PHONE: &str = "05321114455";
const ID_DIGITS: &str = "98761";
const IBAN: &str = "TR330006100519786457841326";
const EMAIL: &str = "kanarya@kafes.example";
const CANARIES: [&str; 7] = [NAME, PHONE, ID_DIGITS, IBAN, EMAIL, KEY, SALT];

fn eft() -> EftNotification {
    EftNotification::new("EFT0001", EftBank::Ptt)
        .sender("2026-01-05", NAME, PHONE, ID_DIGITS)
        .field("email", EMAIL)
        .sign(&credentials())
}

fn cashout() -> CashoutNotification {
    let payments = [CashoutPayment::succeeded(48_448, NAME, IBAN)];
    CashoutNotification::new("CO0001", &payments, 0).sign(&credentials())
}

fn transfer() -> TransferNotification {
    TransferNotification::new(["TR0001"])
        .field("email", EMAIL)
        .sign(&credentials())
}

fn link(id: &CallbackId) -> LinkNotification {
    LinkNotification::success(id.as_str(), "PAYTR1", 1_000)
        .field("email", EMAIL)
        .field("user_name", NAME)
        .sign(&credentials())
}

struct Any;

#[async_trait]
impl LinkPrices for Any {
    async fn price(&self, _: &CallbackId) -> Result<Expected, BoxError> {
        Ok(Expected::AtLeast(Money::new(1_000, Currency::TRY)))
    }
}

fn assert_silent(shown: &str, hashes: &[String]) {
    assert!(!shown.is_empty());
    for canary in CANARIES
        .into_iter()
        .chain(hashes.iter().map(String::as_str))
    {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

#[tokio::test]
async fn no_value_no_log_and_no_reply_shows_a_person_or_a_hash() {
    let log = CapturedLog::start();
    let links = Links::new(IdForm::new("LINK").unwrap(), Arc::new(Any));
    let link = link(&links.new_id());
    let hashes: Vec<String> = [
        link.fields(),
        eft().fields(),
        cashout().fields(),
        transfer().fields(),
    ]
    .into_iter()
    .map(|fields| fields.last().unwrap().1.clone())
    .collect();
    let mut text = String::new();
    for twin in [
        shown(&link),
        shown(&eft()),
        shown(&cashout()),
        shown(&transfer()),
    ] {
        text += &twin;
    }
    text += &shown(&CashoutPayment::failed(1, NAME, IBAN));
    for setting in [PersonalData::Drop, PersonalData::Keep] {
        let notice = EftNotice::verify(&keyring(), setting, eft().to_body().as_bytes()).unwrap();
        text += &(shown(&notice) + &shown(&notice.unsigned()));
    }
    let result = CashoutResult::verify(&keyring(), cashout().to_body().as_bytes()).unwrap();
    let claims = result.unsigned();
    assert_eq!(claims.payments().unwrap()[0].iban(), Some(IBAN));
    text += &(shown(&result) + &shown(&claims) + &shown(&claims.payments().unwrap()));

    let gate = links.gate(Arc::new(MemoryStore::new())).build().unwrap();
    let gate = LinkGate::for_links(keyring(), gate, links);
    let handler = |payment: LinkPayment| async move {
        tracing::info!(?payment, "a shop that logs what it gets");
        Ok::<_, BoxError>(())
    };
    let disposition = gate.receive(link.to_body().as_bytes(), handler).await;
    text += &(shown(&disposition) + &shown(&gate));
    let gate = EftNoticeGate::new(keyring()).personal_data(PersonalData::Keep);
    let handler = |notice: EftNotice| async move {
        tracing::info!(?notice, "a shop that logs what it gets");
        Err::<(), BoxError>("out of paper".into())
    };
    let disposition = gate.receive(eft().to_body().as_bytes(), handler).await;
    text += &(shown(&disposition) + &shown(&gate));
    let gate = CashoutResultGate::new(keyring());
    let handler = async |result| {
        tracing::info!(?result, "a shop that logs what it gets");
        Ok::<_, BoxError>(())
    };
    text += &shown(&gate.receive(cashout().to_body().as_bytes(), handler).await);
    let gate = TransferResultGate::new(keyring());
    let repeated = format!("{}&{EMAIL}=1&hash={EMAIL}", transfer().to_body());
    text += &shown(&gate.verify(repeated.as_bytes()));
    assert_silent(&text, &hashes);

    let log = log.text();
    assert_silent(&log, &hashes);
    for expected in [
        "kind=\"link\"",
        "kind=\"eft\"",
        "subject=\"EFT0001\"",
        "subject=\"CO0001\"",
        "disposition=\"settled\"",
        "disposition=\"handled\"",
        "disposition=\"handler_failed\"",
        "a notification is refused",
        "a shop that logs what it gets",
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
}

#[test]
fn debug_says_which_message_it_is() {
    for setting in [PersonalData::Drop, PersonalData::Keep] {
        let notice = EftNotice::verify(&keyring(), setting, eft().to_body().as_bytes()).unwrap();
        let shown = format!("{notice:?}");
        assert!(
            shown.starts_with("EftNotice") && shown.contains("EFT0001"),
            "{shown}"
        );
    }
    let result = CashoutResult::verify(&keyring(), cashout().to_body().as_bytes()).unwrap();
    let shown = format!("{result:?}");
    assert!(
        shown.starts_with("CashoutResult") && shown.contains("CO0001"),
        "{shown}"
    );
    assert_eq!(format!("{:?}", result.unsigned()), "UnsignedCashout(..)");
    let payments = result.unsigned().payments().unwrap();
    assert_eq!(format!("{:?}", payments[0].outcome()), "Succeeded");
    let other = CashoutOutcome::Other("a word from outside".to_owned());
    assert_eq!(format!("{other:?}"), "Other(..)");
    assert_eq!(format!("{:?}", CashoutOutcome::Failed), "Failed");
}
