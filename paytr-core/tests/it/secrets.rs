//! A canary in every secret and in every piece of personal data: none of them is ever shown.

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;

use paytr_core::api::{Answer, Buyer, Endpoint as _, IframeCard, IframeEft, StatusInquiry};
use paytr_core::callback::SignedFields;
use paytr_core::client::StatusReadBack;
use paytr_core::credentials::{CredentialsError, Signature, SignedPart};
use paytr_core::paid_once::WhenReadBackUnavailable;
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    BoxError, CallbackGate, Credentials, Expected, Gate, Keyring, MemoryStore, NewOrder,
    OrderLedger as _, PaymentCallback, PaytrClient, PaytrError,
};

use crate::common::server::{Answer as Served, Server, client_of_nobody, ok};
use crate::common::shop::lira;
use crate::common::{card_request, oid};
use captured_log::CapturedLog;

const KEY: &str = "KanaryaAnahtar01";
const SALT: &str = "KanaryaTuzluk002";
const OLD_KEY: &str = "KanaryaEskiAnah3";
const OLD_SALT: &str = "KanaryaEskiTuzl4";
const EMAIL: &str = "kanarya@kafes.example";
const NAME: &str = "Kanarya Kuş";
const ADDRESS: &str = "Kafes Sokak 7";
const PHONE: &str = "05321114455";
const IP: &str = "203.0.113.77";
const CARD: &str = "4355084355084358";
const MASKED_CARD: &str = "435508******4358";
const PAGE_TOKEN: &str = "kanaryasayfasi";
const CARD_TOKEN: &str = "kanaryakarttokeni";
const REPLY_TEXT: &str = "kanaryacevabi";

const CANARIES: [&str; 14] = [
    KEY,
    SALT,
    OLD_KEY,
    OLD_SALT,
    EMAIL,
    NAME,
    ADDRESS,
    PHONE,
    IP,
    CARD,
    MASKED_CARD,
    PAGE_TOKEN,
    CARD_TOKEN,
    REPLY_TEXT,
];

fn credentials() -> Credentials {
    Credentials::new("123456", KEY, SALT).unwrap()
}

fn keyring() -> Keyring {
    Keyring::new(credentials())
        .accept_old(OLD_KEY, OLD_SALT)
        .unwrap()
}

fn buyer() -> Buyer {
    Buyer::new(IP.parse().unwrap(), EMAIL, NAME, ADDRESS, PHONE)
}

fn card() -> IframeCard {
    let mut request = card_request("SIPARIS0001");
    request.buyer = buyer();
    request
}

/// A notification that carries personal data in its unsigned fields.
fn notification() -> PaymentNotification {
    PaymentNotification::success("SIPARIS0001", 3_456)
        .field("utoken", CARD_TOKEN)
        .field("email", EMAIL)
        .field("user_ip", IP)
        .field("masked_pan", MASKED_CARD)
        .field("failed_reason_msg", NAME)
        .sign(&credentials())
}

/// The same for a failure, whose reason goes into the payment.
fn failure() -> PaymentNotification {
    PaymentNotification::failed("SIPARIS0001", CARD)
        .field("failed_reason_msg", NAME)
        .sign(&credentials())
}

fn assert_silent(what: &str, shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{what} shows {canary}: {shown}");
    }
    // A token is as good as the request it signs.
    for token in tokens() {
        assert!(!shown.contains(&token), "{what} shows a token: {shown}");
    }
}

/// Tokens and hashes of the requests and notifications of this file.
fn tokens() -> Vec<String> {
    let order = oid("SIPARIS0001");
    let eft = IframeEft::new(order.clone(), lira(999), buyer());
    let forms = [
        card().form(&credentials()),
        eft.form(&credentials()),
        StatusInquiry { order }.form(&credentials()),
    ];
    let tokens = forms.map(|form| form.unwrap().get("paytr_token").unwrap().to_owned());
    let hashes = [notification(), failure()].map(|sent| sent.fields().last().unwrap().1.clone());
    [&tokens[..], &hashes[..]].concat()
}

pub(crate) fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// An error and all its causes.
pub(crate) fn shown_error(error: &dyn Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    if let Some(cause) = error.source() {
        text += &shown_error(cause);
    }
    text
}

#[test]
fn no_value_that_holds_a_secret_or_a_person_shows_it() {
    let order = oid("SIPARIS0001");
    let eft = IframeEft::new(order.clone(), lira(999), buyer());
    let form = card().form(&credentials()).unwrap();
    let signature = credentials().sign(&[SignedPart::Field(EMAIL.as_bytes())]);
    let body = notification().to_body();
    let callback = PaymentCallback::verify(&keyring(), body.as_bytes()).unwrap();
    let fields = SignedFields {
        merchant_oid: EMAIL.as_bytes(),
        status: KEY.as_bytes(),
        total_amount: CARD.as_bytes(),
        hash: SALT.as_bytes(),
    };
    let client = PaytrClient::new(credentials()).unwrap();
    let all = [
        shown(&credentials()),
        shown(&keyring()),
        shown(&signature),
        shown(&[SignedPart::Field(KEY.as_bytes()), SignedPart::Salt]),
        shown(&buyer()),
        shown(&card()),
        shown(&eft),
        shown(&form),
        shown(&StatusInquiry { order }),
        shown(&callback),
        shown(&callback.unsigned()),
        shown(&fields),
        shown(&notification()),
        shown(&client),
        shown(&PaytrClient::builder(credentials())),
        shown(&StatusReadBack::new(client)),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("value {index}"), shown);
        assert!(!shown.is_empty());
    }
}

#[test]
fn replies_show_neither_the_token_nor_the_card() {
    let body = format!(r#"{{"status":"success","token":"{PAGE_TOKEN}"}}"#);
    let Ok(Answer::Success(token)) = card().decode(body.as_bytes()) else {
        panic!("a token");
    };
    assert_silent("IframeToken", &shown(&token));
    let body = format!(
        r#"{{"status":"success","payment_amount":"1","payment_total":"1",
            "masked_pan":"{MASKED_CARD}","buyer":"{EMAIL}","ip":"{IP}"}}"#
    );
    let order = oid("SIPARIS0001");
    let Ok(Answer::Success(status)) = (StatusInquiry { order }).decode(body.as_bytes()) else {
        panic!("a status");
    };
    assert_eq!(status.masked_pan.as_deref(), Some(MASKED_CARD));
    assert_silent("OrderStatus", &shown(&status));
}

#[test]
fn errors_about_values_do_not_show_them() {
    let errors: [CredentialsError; 4] = [
        Credentials::new("123456", format!("{KEY}\n"), SALT).unwrap_err(),
        Credentials::new("123456", KEY, KEY).unwrap_err(),
        Credentials::new(EMAIL, KEY, SALT).unwrap_err(),
        Keyring::new(credentials())
            .accept_old(format!(" {OLD_KEY}"), OLD_SALT)
            .unwrap_err(),
    ];
    for error in &errors {
        assert_silent("CredentialsError", &shown_error(error));
    }
    let mut request = card();
    request.buyer.email = format!("{EMAIL}ğ");
    assert_silent(
        "InvalidRequest",
        &shown_error(&request.form(&credentials()).unwrap_err()),
    );
    request.buyer = buyer();
    request.buyer.phone = PHONE.repeat(2);
    assert_silent(
        "InvalidRequest",
        &shown_error(&request.form(&credentials()).unwrap_err()),
    );
    for error in [
        PaymentCallback::verify(&Keyring::new(other()), notification().to_body().as_bytes()),
        PaymentCallback::verify(&keyring(), format!("{EMAIL}={CARD}&{EMAIL}=1").as_bytes()),
        PaymentCallback::verify(
            &keyring(),
            format!("{}&hash={KEY}", failure().to_body()).as_bytes(),
        ),
    ] {
        assert_silent("CallbackError", &shown_error(&error.unwrap_err()));
    }
    assert_silent(
        "SignatureError",
        &shown_error(&Signature::from_base64(KEY.as_bytes()).unwrap_err()),
    );
    assert_silent(
        "MerchantOidError",
        &shown_error(&paytr_core::MerchantOid::new(EMAIL).unwrap_err()),
    );
    let url = format!("https://{KEY}:{SALT}@paytr.example");
    assert_silent(
        "BaseUrlError",
        &shown_error(&paytr_core::client::BaseUrl::new(&url).unwrap_err()),
    );
}

fn other() -> Credentials {
    Credentials::new("123456", "bAsKaAnAhTaR1234", "bAsKaTuZlUk12345").unwrap()
}

/// A client of the server, with the canaries as credentials.
fn client(server: &Server) -> PaytrClient {
    PaytrClient::builder(credentials())
        .base_url(server.base_url().clone())
        .total_timeout(std::time::Duration::from_millis(400))
        .build()
        .unwrap()
}

#[tokio::test]
async fn client_errors_and_their_causes_and_logs_show_nothing() {
    let log = CapturedLog::start();
    let echo = format!("<html>{EMAIL} {CARD} {REPLY_TEXT}</html>");
    let location =
        format!("HTTP/1.1 302 Found\r\nlocation: /{PAGE_TOKEN}\r\nconnection: close\r\n\r\n");
    for answer in [
        ok(&echo),
        ok(&format!(r#"{{"status":"{REPLY_TEXT}"}}"#)),
        ok(&format!(
            r#"{{"status":"success","token":["{PAGE_TOKEN}"]}}"#
        )),
        Served::Bytes(location.into_bytes()),
        Served::Bytes(format!("HTTP/1.1 200 {REPLY_TEXT}\r\n{EMAIL}").into_bytes()),
        Served::Reset(Vec::new()),
        Served::Silence,
    ] {
        let server = Server::always(answer).await;
        let error = client(&server).iframe_token(&card()).await.unwrap_err();
        assert_silent("PaytrError", &shown_error(&error));
        let error = client(&server)
            .status(&oid("SIPARIS0001"))
            .await
            .unwrap_err();
        assert_silent("PaytrError", &shown_error(&error));
    }
    let error = client_of_nobody()
        .await
        .iframe_token(&card())
        .await
        .unwrap_err();
    assert!(matches!(error, PaytrError::NotSent(_)));
    assert_silent("PaytrError", &shown_error(&error));
    assert_silent("the log", &log.text());
}

#[tokio::test]
async fn notifications_of_every_kind_leave_nothing_in_the_log() {
    let log = CapturedLog::start();
    let server = Server::always(ok(&format!("<html>{REPLY_TEXT}</html>"))).await;
    let store = Arc::new(MemoryStore::new());
    let order = oid("SIPARIS0001").order_key(credentials().merchant_id());
    let gate = |read_back: bool| {
        let mut gate = Gate::builder(store.clone(), store.clone());
        if read_back {
            let witness = Arc::new(StatusReadBack::new(client(&server)));
            gate = gate.read_back(witness, WhenReadBackUnavailable::AskAgain);
        }
        CallbackGate::new(keyring(), gate.build().unwrap())
    };
    let deliver = async |gate: &CallbackGate, body: String| {
        let handler = |payment: paytr_core::VerifiedPayment| async move {
            tracing::info!(?payment, "a shop that logs what it gets");
            Ok::<_, BoxError>(())
        };
        let disposition = gate.receive(body.as_bytes(), handler).await;
        format!("{disposition:?} {:?}", disposition.reply())
    };
    let mut told = String::new();
    told += &deliver(&gate(false), notification().to_body()).await;
    let open = NewOrder::new(order, Expected::AtLeast(lira(3_456)));
    let _ = store.open(open).await.unwrap();
    told += &deliver(&gate(true), notification().to_body()).await;
    told += &deliver(&gate(false), failure().to_body()).await;
    told += &deliver(&gate(false), notification().to_body()).await;
    told += &deliver(&gate(false), failure().to_body()).await;
    let test = PaymentNotification::success("SIPARIS0001", 3_456)
        .field("test_mode", CARD)
        .field("email", EMAIL);
    told += &deliver(&gate(false), test.sign(&credentials()).to_body()).await;
    told += &deliver(&gate(false), notification().sign(&other()).to_body()).await;
    told += &deliver(&gate(false), format!("{}&x={CARD}", "hash=1")).await;
    assert_silent("the replies", &told);
    let log = log.text();
    assert_silent("the log", &log);
    // The log was really captured, at every level, and says what it may say.
    for expected in [
        "merchant_oid=\"SIPARIS0001\"",
        "disposition=\"settled\"",
        "disposition=\"unknown_order\"",
        "disposition=\"superseded\"",
        "the read-back got no answer",
        "a notification is refused",
        "a shop that logs what it gets",
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
}

/// Does not compile if the type has the trait: `take` would then be ambiguous.
macro_rules! assert_lacks {
    ($type:ty: $($lacking:path),+) => {$({
        trait Ambiguous<Which> {
            fn take() {}
        }
        struct Lacking;
        impl<T: ?Sized> Ambiguous<()> for T {}
        impl<T: ?Sized + $lacking> Ambiguous<Lacking> for T {}
        <$type as Ambiguous<_>>::take();
    })+};
}

#[test]
fn secrets_cannot_be_compared_printed_or_serialised() {
    assert_lacks!(Credentials: PartialEq, std::fmt::Display, serde::Serialize, Default, Copy);
    assert_lacks!(Keyring: PartialEq, std::fmt::Display, serde::Serialize, Default, Copy);
    assert_lacks!(Signature: PartialEq, std::fmt::Display, serde::Serialize, Default);
    assert_lacks!(Buyer: std::fmt::Display, serde::Serialize, Default);
    assert_lacks!(PaytrClient: PartialEq, std::fmt::Display, serde::Serialize, Default);
}
