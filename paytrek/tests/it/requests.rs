//! The exact bytes of a request on the wire, and requests that are refused before they are sent.

use paytrek::api::{
    Capture, ForgetStoredCard, InstalmentQuery, InvalidRequest, Item, ListStoredCards, NewPlan,
    NewSale, PlanTokenPlace, Recurring, RecurringPeriod, Refund, Request as _, Sale, UpdatePlan,
};
use paytrek::{Buyer, CardToken, Currency, Money, PaytrekError};

use crate::common::golden::{
    CREATED_TOKEN, PAID_SALE, SALE_ANSWER, SALE_REQUEST, VAULT_LIST_ANSWER,
};
use crate::common::server::{Server, client_of_nobody, ok, reply};
use crate::common::{card, golden_sale, john, lira, order, sale_of, token};

// printf 'aB3dE6gH9jK2mN5p:qR8sT1uV4wX7yZ0a' | base64
const BASIC: &str = "Basic YUIzZEU2Z0g5aksybU41cDpxUjhzVDF1VjR3WDd5WjBh";

#[tokio::test]
async fn a_post_is_these_bytes() {
    let server = Server::always(reply("201 Created", SALE_ANSWER)).await;
    server.client().create_sale(&golden_sale()).await.unwrap();
    let host = server
        .host()
        .as_str()
        .trim_start_matches("http://")
        .to_owned();
    let expected = format!(
        "POST /api/v2/sale/ HTTP/1.1\r\nauthorization: {BASIC}\r\n\
         content-type: application/json\r\naccept: */*\r\nhost: {host}\r\n\
         content-length: 537\r\n\r\n{SALE_REQUEST}"
    );
    assert_eq!(server.request(), expected);
}

#[tokio::test]
async fn a_get_is_these_bytes() {
    let server = Server::always(ok(SALE_ANSWER)).await;
    server.client().sale(&token(CREATED_TOKEN)).await.unwrap();
    let host = server
        .host()
        .as_str()
        .trim_start_matches("http://")
        .to_owned();
    let expected = format!(
        "GET /api/v2/sale/{CREATED_TOKEN}/ HTTP/1.1\r\nauthorization: {BASIC}\r\n\
         content-type: application/json\r\naccept: */*\r\nhost: {host}\r\n\r\n"
    );
    assert_eq!(server.request(), expected);
}

#[tokio::test]
async fn every_method_carries_the_credentials_and_the_content_type() {
    let server = Server::always(ok(VAULT_LIST_ANSWER)).await;
    let client = server.client();
    let card_token: CardToken = "2b54e2f7-58ad-40e3-9a71-f3bc9333c406".parse().unwrap();
    let plan = "d0351fe3-4c05-4611-8c38-c07ff33679e0".parse().unwrap();
    client
        .stored_cards(&ListStoredCards::all().of_user("a&b=c/ş"))
        .await
        .unwrap();
    client.forget_card(&card_token).await.unwrap();
    let _other_shape = client.update_plan(UpdatePlan::new(plan).rename("x")).await;
    let query = InstalmentQuery::new("1".parse().unwrap());
    let _other_shape = client.instalments(&query).await;
    let lines = [
        "GET /api/v2/vault/?card_user_id=a%26b%3Dc%2F%C5%9F HTTP/1.1\r\n",
        "DELETE /api/v2/vault/2b54e2f7-58ad-40e3-9a71-f3bc9333c406/ HTTP/1.1\r\n",
        "PUT /api/v2/subscription_plan/d0351fe3-4c05-4611-8c38-c07ff33679e0/ HTTP/1.1\r\n",
        "GET /api/v2/installments/?amount=1.00 HTTP/1.1\r\n",
    ];
    for (request, line) in server.requests().iter().zip(lines) {
        assert!(request.starts_with(line), "{request}");
        assert!(
            request.contains(&format!("authorization: {BASIC}\r\n")),
            "{request}"
        );
        assert!(
            request.contains("content-type: application/json\r\n"),
            "{request}"
        );
    }
    assert_eq!(server.requests().len(), lines.len());
    assert_eq!(PlanTokenPlace::default(), PlanTokenPlace::Path);
}

fn refusal(sale: &NewSale) -> InvalidRequest {
    sale.call().unwrap_err()
}

#[tokio::test]
async fn an_invalid_sale_is_not_sent() {
    let client = client_of_nobody().await;
    let wrong = golden_sale().instalments(0);
    let error = client.create_sale(&wrong).await.unwrap_err();
    assert!(matches!(
        error,
        PaytrekError::Invalid(InvalidRequest::Range { .. })
    ));
    assert!(!error.leaves_outcome_open());
}

#[test]
fn every_field_of_a_sale_is_checked() {
    let buyer = |change: fn(&mut Buyer)| {
        let mut buyer = john();
        change(&mut buyer);
        NewSale::new(order("A"), lira(1), buyer)
    };
    let yen = Money::new(5, "JPY".parse().unwrap());
    let euro = Money::new(5, Currency::EUR);
    let sale = || NewSale::new(order("A"), lira(1), john());
    let all = [
        (
            buyer(|buyer| buyer.first_name.clear()),
            "customer_first_name",
        ),
        (
            buyer(|buyer| buyer.last_name = " ".to_owned()),
            "customer_last_name",
        ),
        (
            buyer(|buyer| buyer.email = "a b@c".to_owned()),
            "customer_email",
        ),
        (
            buyer(|buyer| buyer.email = "ab".to_owned()),
            "customer_email",
        ),
        (
            buyer(|buyer| buyer.address = "a\nb".to_owned()),
            "billing_address",
        ),
        (buyer(|buyer| buyer.city = "x".repeat(501)), "billing_city"),
        (
            buyer(|buyer| buyer.country = "TUR".to_owned()),
            "billing_country",
        ),
        (
            buyer(|buyer| buyer.state = Some(String::new())),
            "billing_state",
        ),
        (NewSale::new(order("A"), lira(0), john()), "amount"),
        (NewSale::new(order("A"), yen, john()), "amount"),
        (sale().item(Item::new("x", lira(1), 0)), "quantity"),
        (sale().item(Item::new("", lira(1), 1)), "name"),
        (sale().item(Item::new("x", euro, 1)), "unit_price"),
        (
            sale().item(Item::new("x", lira(1), 1).photo("pic")),
            "photo",
        ),
        (sale().return_to("/return"), "return_url"),
        (sale().return_to("https://shop.example/#x"), "return_url"),
        (sale().hosted_payment_url("ftp://x"), "hosted_payment_url"),
    ];
    for (sale, field) in all {
        let error = refusal(&sale);
        assert!(error.to_string().contains(field), "{field}: {error}");
    }
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_sent_as_ipv4() {
    let buyer = Buyer::new(
        ("A", "B"),
        "a@b.c",
        "::ffff:212.57.9.204".parse().unwrap(),
        ("x", "y", "TR"),
    );
    let call = NewSale::new(order("A"), lira(1), buyer).call().unwrap();
    assert!(
        call.body()
            .unwrap()
            .contains(r#""customer_ip_address":"212.57.9.204""#)
    );
}

#[test]
fn a_refund_never_asks_for_more_than_is_left() {
    let partly = PAID_SALE.replace(
        r#""refunded_amount":"0.00""#,
        r#""refunded_amount":"20.00""#,
    );
    let sale = Sale::decode(partly.as_bytes()).unwrap();
    assert!(Refund::part(&sale, lira(400)).call().is_ok());
    for wrong in [lira(401), lira(0), Money::new(400, Currency::USD)] {
        assert!(Refund::part(&sale, wrong).call().is_err(), "{wrong}");
    }
}

#[test]
fn other_requests_are_checked_too() {
    assert!(
        Capture::new(token(CREATED_TOKEN))
            .comments("a\0")
            .call()
            .is_err()
    );
    let query = InstalmentQuery::new("1".parse().unwrap());
    for wrong in ["", "12345", "1234567", "12345&", "١٢٣٤٥٦"] {
        assert!(query.clone().bin(wrong).call().is_err(), "{wrong}");
    }
    let plan = |payments, name: &str| {
        let recurring = Recurring::new(name, RecurringPeriod::Daily, payments);
        NewPlan::new(sale_of("A"), card(), recurring).call().is_ok()
    };
    assert!(plan(1, "x") && !plan(0, "x") && !plan(1, ""));
    let forget = ForgetStoredCard {
        card_token: "2b54e2f7-58ad-40e3-9a71-f3bc9333c406".parse().unwrap(),
    };
    assert!(forget.call().unwrap().body().is_none());
}
