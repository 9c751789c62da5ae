//! What Paytrek's own Python client sends otherwise than the documentation has it: taken, with a warning.

use std::sync::{Arc, Mutex};

use paytrek::api::{
    Cancel, Capture, ChargeWithToken, DirectCharge, NewStoredCard, Refund, SaveCard,
};
use paytrek::card::TestCard;
use paytrek::testing::{Departure, FakePaytrek};
use paytrek::{SaleStatus, SaleToken};
use serde_json::{Value, json};

use crate::common::{card, sale_of};

/// Posts as a client in another language does.
async fn post(fake: &FakePaytrek, path: &str, body: Value) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/v2/{path}/", fake.host());
    let request = http
        .post(url)
        .header("authorization", fake.credentials().authorization())
        .header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap())
}

fn plain_sale(order: &Value) -> Value {
    json!({
        "order_id": order, "amount": "24.00", "currency": "TRY", "installment": 1,
        "customer_first_name": "John", "customer_last_name": "Doe",
        "customer_email": "john@example.com", "customer_ip_address": "212.57.9.204",
        "billing_address": "123 Market St.", "billing_city": "Ankara", "billing_country": "TR",
        "items": [],
    })
}

fn plain_card() -> Value {
    json!({
        "number": TestCard::Isbank.number(), "expiration": "12/2030", "card_holder_name": "John Doe",
    })
}

fn with(mut object: Value, more: Value) -> Value {
    let (Some(object_fields), Value::Object(more)) = (object.as_object_mut(), more) else {
        panic!("two objects")
    };
    object_fields.extend(more);
    object
}

/// The departures so far, in the order of the calls.
fn departures(fake: &FakePaytrek) -> Vec<(String, Departure)> {
    let warnings = fake.warnings().into_iter();
    warnings
        .map(|warning| (warning.call, warning.departure))
        .collect()
}

async fn paid(fake: &FakePaytrek, order: &str) -> SaleToken {
    let sale = fake
        .client()
        .unwrap()
        .create_sale(&sale_of(order))
        .await
        .unwrap();
    fake.pay(&sale.sale_token, TestCard::Isbank).unwrap();
    sale.sale_token
}

#[tokio::test]
async fn a_sale_in_the_path_is_captured_cancelled_and_refunded_with_a_warning() {
    let fake = FakePaytrek::start().await.unwrap();
    let one = paid(&fake, "A").await;
    let path = format!("refund/{}", one.as_str());
    let (status, part) = post(&fake, &path, json!({ "amount": 9.70, "comments": null })).await;
    assert_eq!((status, &part["total_refunded_amount"]), (200, &json!(9.7)));
    let (_, rest) = post(&fake, &path, json!({ "amount": null, "comments": null })).await;
    assert_eq!(
        (&rest["succeeded"], &rest["amount"]),
        (&json!(true), &json!(14.3))
    );

    let two = paid(&fake, "B").await;
    fake.set_status(&two, "PreAuthorized");
    let (_, captured) = post(&fake, &format!("capture/{}", two.as_str()), json!({})).await;
    assert_eq!(captured["succeeded"], true);
    assert_eq!(fake.sale(&two).unwrap().status, SaleStatus::Paid);
    let (_, cancelled) = post(&fake, &format!("cancel/{}", two.as_str()), json!({})).await;
    assert_eq!(cancelled["succeeded"], true);

    let in_path = |call: &str| (call.to_owned(), Departure::SaleTokenInPath);
    let seen = ["POST refund", "POST refund", "POST capture", "POST cancel"];
    assert_eq!(departures(&fake), seen.map(in_path));
    let text = fake.warnings()[0].to_string();
    assert!(
        text.contains("POST refund") && text.contains("sale_token in the body"),
        "{text}"
    );
}

#[tokio::test]
async fn a_card_without_a_code_is_stored_and_charged_on_a_sale_called_sale_with_warnings() {
    let fake = FakePaytrek::start().await.unwrap();
    let (status, stored) = post(&fake, "vault", plain_card()).await;
    assert_eq!(status, 200, "{stored}");
    let (_, sale) = post(&fake, "sale", plain_sale(&json!("A"))).await;
    let body = json!({ "sale": sale["sale_token"], "card_token": stored["card_token"] });
    let (_, charged) = post(&fake, "charge_with_token", body).await;
    assert_eq!(charged["succeeded"], true, "{charged}");
    let expected = [
        ("POST vault".to_owned(), Departure::CardWithoutSecurityCode),
        (
            "POST charge_with_token".to_owned(),
            Departure::SaleNamedSale,
        ),
    ];
    assert_eq!(departures(&fake), expected);
}

#[tokio::test]
async fn a_direct_charge_at_charge_and_a_number_as_order_id_are_taken_with_warnings() {
    let fake = FakePaytrek::start().await.unwrap();
    let body = with(
        plain_sale(&json!(7)),
        with(plain_card(), json!({ "cvc": "000" })),
    );
    let (status, charged) = post(&fake, "charge", body).await;
    assert_eq!(
        (status, &charged["status"]),
        (200, &json!("Paid")),
        "{charged}"
    );
    assert_eq!(charged["order_id"], "7", "answers have it as text");
    let expected = [
        ("POST charge".to_owned(), Departure::DirectChargeAtCharge),
        ("POST charge".to_owned(), Departure::OrderIdAsNumber),
    ];
    assert_eq!(departures(&fake), expected);
}

/// The client of this crate keeps to the documentation on every call that has a departure.
#[tokio::test]
async fn the_client_of_this_crate_is_never_warned_of() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let stored = client
        .store_card(&NewStoredCard::new(card()))
        .await
        .unwrap();
    let sale = client.create_sale(&sale_of("A")).await.unwrap().sale_token;
    let charge = ChargeWithToken {
        sale_token: sale.clone(),
        card_token: stored.card_token,
    };
    let _charged = client.charge_with_token(&charge).await.unwrap();
    fake.set_status(&sale, "PreAuthorized");
    let _captured = client.capture(&Capture::new(sale.clone())).await.unwrap();
    let read = client.sale(&sale).await.unwrap();
    let _refunded = client.refund(&Refund::full(&read)).await.unwrap();
    let charge = DirectCharge::new(sale_of("B"), card()).save_card(SaveCard::No);
    let charged = client.direct_charge(&charge).await.unwrap();
    let _cancelled = client
        .cancel(&Cancel::new(charged.sale.sale_token))
        .await
        .unwrap();
    assert_eq!(
        fake.sale(&sale)
            .unwrap()
            .refunded_amount
            .unwrap()
            .minor_units(),
        2_400
    );
    assert_eq!(fake.warnings(), []);
    let paths = fake.requests().into_iter().map(|request| request.path);
    assert!(paths.into_iter().any(|path| path == "/api/v2/refund/"));
}

#[tokio::test]
async fn two_different_sales_in_one_call_are_refused_and_nothing_is_done() {
    let fake = FakePaytrek::start().await.unwrap();
    let (one, two) = (paid(&fake, "A").await, paid(&fake, "B").await);
    let path = format!("refund/{}", one.as_str());
    let (status, _) = post(&fake, &path, json!({ "sale_token": two.as_str() })).await;
    assert_eq!(status, 400);
    let body = json!({ "sale_token": one.as_str(), "sale": two.as_str() });
    assert_eq!(post(&fake, "cancel", body).await.0, 400);
    for sale in [&one, &two] {
        assert!(
            fake.sale(sale)
                .unwrap()
                .refunded_amount
                .unwrap()
                .minor_units()
                == 0
        );
    }
    let path = format!("refund/{}", one.as_str());
    let body = json!({ "sale": two.as_str() });
    assert_eq!(post(&fake, &path, body).await.0, 400);
    assert_eq!(fake.warnings(), [], "what is refused is not taken");
    assert_eq!(post(&fake, "refund", json!({})).await.0, 400);
    assert_eq!(post(&fake, "refund/nothing", json!({})).await.0, 404);
}

#[tokio::test]
async fn a_listener_hears_each_warning_before_the_answer() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    let fake = FakePaytrek::builder()
        .on_warning(move |warning| ears.lock().unwrap().push(warning.clone()))
        .start()
        .await
        .unwrap();
    post(&fake, "vault", plain_card()).await;
    assert_eq!(*heard.lock().unwrap(), fake.warnings());
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[test]
fn every_departure_has_a_name_and_a_text_of_its_own() {
    let names: std::collections::BTreeSet<_> = Departure::ALL.map(Departure::name).into();
    let texts: std::collections::BTreeSet<_> = Departure::ALL.map(|one| one.to_string()).into();
    assert_eq!(
        (names.len(), texts.len()),
        (Departure::ALL.len(), Departure::ALL.len())
    );
    assert!(texts.iter().all(|text| text.contains("documentation")));
}
