//! A canary in every secret, card field and piece of personal data: none of them is ever shown.

use std::error::Error;
use std::fmt::Debug;

use paytrek::api::{
    Answer, Cancel, Capture, Charge, ChargeWithToken, DirectCharge, ForgetStoredCard,
    InstalmentQuery, ListStoredCards, NewPlan, NewSale, NewStoredCard, Recurring, RecurringPeriod,
    Refund, Request, Sale, SaleData,
};
use paytrek::card::{Card, CardForm, ExpiredCards, YearMonth};
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{Buyer, Credentials, ErrorCode, Host, PaytrekClient, SaleToken};

use crate::common::golden::{PAID_SALE, PAID_TOKEN, PLAN_ANSWER, VAULT_ANSWER, VAULT_LIST_ANSWER};
use crate::common::server::{Served, Server, client_of_nobody, ok, reply};
use crate::common::shop::Shop;
use crate::common::{golden_sale, lira, order, token};
use captured_log::CapturedLog;

const KEY: &str = "KanaryaAnahtar01";
const SECRET: &str = "KanaryaGizli0002";
// printf 'KanaryaAnahtar01:KanaryaGizli0002' | base64
const BASIC: &str = "S2FuYXJ5YUFuYWh0YXIwMTpLYW5hcnlhR2l6bGkwMDAy";
const NUMBER: &str = "5456165456165454";
const CVC: &str = "917";
const EXPIRY: &str = "07/2039";
const HOLDER: &str = "KANARYA KUS";
const EMAIL: &str = "kanarya@kafes.example";
const NAME: &str = "Kanarya";
const ADDRESS: &str = "Kafes Sokak 7";
const PHONE: &str = "05321114455";
const IP: &str = "203.0.113.77";
const NOTE: &str = "kanaryanotu";
const CARD_TOKEN: &str = "2b54e2f7-58ad-40e3-9a71-f3bc9333c406";

const CANARIES: [&str; 20] = [
    KEY,
    SECRET,
    BASIC,
    NUMBER,
    CVC,
    EXPIRY,
    HOLDER,
    EMAIL,
    NAME,
    ADDRESS,
    PHONE,
    IP,
    NOTE,
    CARD_TOKEN,
    PAID_TOKEN,
    "545616******5454",
    "450803",
    "johndoe",
    "J****",
    "Basic ",
];

fn assert_silent(what: &str, shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{what} shows {canary}: {shown}");
    }
}

fn shown(value: &impl Debug) -> String {
    captured_log::without_ports(&format!("{value:?}\n{value:#?}"))
}

/// An error and all its causes.
fn shown_error(error: &dyn Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    if let Some(cause) = error.source() {
        text += &shown_error(cause);
    }
    captured_log::without_ports(&text)
}

fn credentials() -> Credentials {
    Credentials::new(KEY, SECRET).unwrap()
}

fn form() -> CardForm<'static> {
    CardForm {
        number: NUMBER,
        expiration: EXPIRY,
        cvc: CVC,
        holder: HOLDER,
    }
}

fn card() -> Card {
    let today = YearMonth::new(2026, 11).unwrap();
    form().check(today, ExpiredCards::Refuse).unwrap()
}

fn sale() -> NewSale {
    let buyer = Buyer::new(
        (NAME, NAME),
        EMAIL,
        IP.parse().unwrap(),
        (ADDRESS, "Ankara", "TR"),
    );
    let data = std::collections::BTreeMap::from([("note", NOTE)]);
    NewSale::new(order("A"), lira(2_400), buyer.phone(PHONE))
        .return_to("https://shop.example/return/A")
        .sale_data(SaleData::new(&data).unwrap())
}

fn sale_token() -> SaleToken {
    token(PAID_TOKEN)
}

/// A request and its call.
fn both(request: &(impl Request + Debug)) -> String {
    format!("{}{}", shown(request), shown(&request.call()))
}

fn all_requests() -> Vec<String> {
    let card_token: paytrek::CardToken = CARD_TOKEN.parse().unwrap();
    let paid = Sale::decode(PAID_SALE.as_bytes()).unwrap();
    let recurring = Recurring::new("x", RecurringPeriod::Daily, 1);
    vec![
        both(&sale()),
        both(&Charge::new(sale_token(), card())),
        both(&DirectCharge::new(sale(), card())),
        both(&NewStoredCard::new(card()).label(NAME).user(EMAIL)),
        both(&ListStoredCards::all().of_user(EMAIL).with_label(NAME)),
        both(&ForgetStoredCard {
            card_token: card_token.clone(),
        }),
        both(&ChargeWithToken {
            sale_token: sale_token(),
            card_token,
        }),
        both(&Capture::new(sale_token())),
        both(&Cancel::new(sale_token())),
        both(&Refund::full(&paid)),
        both(&NewPlan::new(sale(), card(), recurring)),
        both(&InstalmentQuery::new("1".parse().unwrap()).bin("450803")),
    ]
}

#[test]
fn no_value_that_holds_a_secret_or_a_person_shows_it() {
    let client = PaytrekClient::new(Host::turkey(), credentials()).unwrap();
    let settlement = Shop::new(client.clone()).settlement;
    let mut all = all_requests();
    all.extend([
        shown(&credentials()),
        shown(&client),
        shown(&PaytrekClient::builder(Host::turkey(), credentials())),
        shown(&settlement),
        shown(&card()),
        shown(&form()),
        shown(&sale_token()),
        shown(&ErrorCode::new(NUMBER)),
        shown(settlement.reconciler()),
        shown(&Answer {
            status: 200,
            body: PAID_SALE.as_bytes(),
            host: &Host::turkey(),
        }),
    ]);
    for (index, shown) in all.iter().enumerate() {
        assert!(!shown.is_empty());
        assert_silent(&format!("value {index}"), shown);
    }
}

fn decoded<R: Request>(request: &R, body: &str, host: &Host) -> String
where
    R::Reply: Debug,
{
    let answer = Answer {
        status: 200,
        body: body.as_bytes(),
        host,
    };
    shown(&request.decode(answer).unwrap())
}

#[test]
fn replies_show_neither_the_card_nor_the_buyer() {
    let host = Host::turkey();
    let charge = DirectCharge::new(golden_sale(), card());
    let paid = decoded(&charge, PAID_SALE, &host);
    assert!(
        paid.contains("1467034250") && paid.contains("Paid"),
        "{paid}"
    );
    let plan = serde_json::from_str::<serde_json::Value>(PLAN_ANSWER).unwrap();
    let plan_token = plan["subscription_plan"]["plan_token"].as_str().unwrap();
    let read = paytrek::api::ReadPlan {
        plan_token: plan_token.parse().unwrap(),
        place: paytrek::api::PlanTokenPlace::Path,
    };
    for (what, shown) in [
        ("a sale and a charge", paid),
        (
            "a stored card",
            decoded(&NewStoredCard::new(card()), VAULT_ANSWER, &host),
        ),
        (
            "stored cards",
            decoded(&ListStoredCards::all(), VAULT_LIST_ANSWER, &host),
        ),
        ("a plan", decoded(&read, PLAN_ANSWER, &host)),
    ] {
        assert_silent(what, &shown);
    }
}

#[test]
fn errors_about_values_do_not_show_them() {
    let today = YearMonth::new(2026, 11).unwrap();
    let wrong = CardForm {
        number: "5456165456165455",
        cvc: "9170",
        expiration: "07/2001",
        holder: "7",
    };
    let problems = wrong.check(today, ExpiredCards::Refuse).unwrap_err();
    assert_silent("CardProblems", &shown_error(&problems));
    assert_silent(
        "CredentialsError",
        &shown_error(&Credentials::new(KEY, KEY).unwrap_err()),
    );
    let padded = Credentials::new(format!("{KEY} "), SECRET).unwrap_err();
    assert_silent("CredentialsError", &shown_error(&padded));
    let url = format!("https://{KEY}:{SECRET}@paytrek.example");
    assert_silent("HostError", &shown_error(&Host::at(&url).unwrap_err()));
    assert_silent(
        "TokenError",
        &shown_error(&SaleToken::new(NUMBER).unwrap_err()),
    );
    assert_silent(
        "OrderIdError",
        &shown_error(&paytrek::OrderId::new(EMAIL).unwrap_err()),
    );
    let email = format!("{EMAIL} {NAME}");
    let buyer = Buyer::new(
        (NAME, NAME),
        email,
        IP.parse().unwrap(),
        (ADDRESS, "x", "TR"),
    );
    let invalid = NewSale::new(order("A"), lira(1), buyer).call().unwrap_err();
    assert_silent("InvalidRequest", &shown_error(&invalid));
    let returned = paytrek::return_token(&format!("token={NUMBER}")).unwrap_err();
    assert_silent("ReturnTokenError", &shown_error(&returned));
}

fn client(host: &Host) -> PaytrekClient {
    PaytrekClient::builder(host.clone(), credentials())
        .total_timeout(std::time::Duration::from_millis(300))
        .build()
        .unwrap()
}

#[tokio::test]
async fn client_errors_and_their_causes_and_logs_show_nothing() {
    let log = CapturedLog::start();
    let echo = format!(
        r#"{{"errors":{{"number":["{NUMBER}"],"email":"{EMAIL}"}},"error_code":"{NUMBER}","error_message":"{HOLDER}"}}"#
    );
    let location =
        format!("HTTP/1.1 302 Found\r\nlocation: /{PAID_TOKEN}\r\nconnection: close\r\n\r\n");
    for answer in [
        reply("400 Bad Request", &echo),
        reply("401 Unauthorized", &echo),
        ok(&echo),
        ok(&format!("<html>{EMAIL} {NUMBER}</html>")),
        ok(&format!(
            r#"{{"sale_token":"{PAID_TOKEN}","succeeded":"{NUMBER}"}}"#
        )),
        ok(&format!(
            r#"{{"sale_token":"{PAID_TOKEN}","succeeded":false,"error_code":"{NUMBER}","error_message":"{EMAIL}"}}"#
        )),
        Served::Bytes(location.into_bytes()),
        Served::Bytes(format!("HTTP/1.1 200 {NOTE}\r\n{EMAIL}").into_bytes()),
        Served::Reset(Vec::new()),
        Served::Silence,
    ] {
        let server = Server::always(answer).await;
        let client = client(server.host());
        let charge = Charge::new(sale_token(), card());
        match client.charge(&charge).await {
            Ok(outcome) => assert_silent("Outcome", &shown(&outcome)),
            Err(error) => assert_silent("PaytrekError", &shown_error(&error)),
        }
        match client.capture(&Capture::new(sale_token())).await {
            Ok(outcome) => assert_silent("Outcome", &shown(&outcome)),
            Err(error) => assert_silent("PaytrekError", &shown_error(&error)),
        }
        let error = client.create_sale(&sale()).await.unwrap_err();
        assert_silent("PaytrekError", &shown_error(&error));
    }
    let error = client_of_nobody()
        .await
        .create_sale(&sale())
        .await
        .unwrap_err();
    assert_silent("PaytrekError", &shown_error(&error));
    assert!(
        log.text().contains("an answer about money is lost"),
        "{}",
        log.text()
    );
    assert_silent("the log", &log.text());
}

#[tokio::test]
async fn a_whole_purchase_leaves_nothing_in_the_log() {
    let log = CapturedLog::start();
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let sale = shop.settlement.open(&sale()).await.unwrap();
    let mut told = shown(&sale);
    let today = YearMonth::new(2026, 11).unwrap();
    let card = CardForm {
        cvc: "000",
        ..form()
    }
    .check(today, ExpiredCards::Refuse)
    .unwrap();
    fake.fail_next("charge", Fault::LoseAnswer);
    let charge = Charge::new(sale.sale_token.clone(), card);
    told += &shown(&shop.settlement.client().charge(&charge).await.unwrap());
    let token = sale.sale_token.as_str();
    told += &shown(
        &shop
            .settlement
            .returned(&order("A"), &format!("token={token}"))
            .await,
    );
    told += &shown(
        &shop
            .settlement
            .returned(&order("A"), &format!("token={NUMBER}"))
            .await,
    );
    fake.fail_next("sale", Fault::AnswerWithHtml);
    told += &shown(&shop.settlement.settle(&order("B")).await);
    told += &shown(&fake);
    told += &shown(&fake.requests());
    assert_silent("what was told", &told);
    assert!(!told.contains(token), "{told}");
    let log = log.text();
    for expected in ["settled", "a return is rejected"] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
    // Other crates write what they want at their lowest levels; what this one writes is checked.
    let own: String = log.lines().filter(|line| !line.starts_with('h')).collect();
    assert_silent("the log", &own);
    assert!(!own.contains(token), "{own}");
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
    assert_lacks!(Card: PartialEq, std::fmt::Display, serde::Serialize, Default, Copy);
    assert_lacks!(Buyer: std::fmt::Display, serde::Serialize, Default);
    assert_lacks!(SaleToken: std::fmt::Display, serde::Serialize, Default);
    assert_lacks!(PaytrekClient: PartialEq, std::fmt::Display, serde::Serialize, Default);
}
