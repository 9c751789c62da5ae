//! `POST /odeme/api/get-token` and `POST /odeme/durum-sorgu`, over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use paytr_core::api::Endpoint as _;
use paytr_core::wire::PaidBy;
use paytr_core::{Credentials, Currency, Money, PaytrError};
use paytr_sandbox::{EftOutcome, Sandbox, TestCard};
use serde_json::Value;
use support::endpoints::{CARD, set, sign};
use support::{card, client, client_with, http, oid, sandbox, transfer};

/// The form of a good order, to be spoilt.
fn form(sandbox: &Sandbox, id: &str) -> Vec<(String, String)> {
    let form = card(id).form(&sandbox.credentials()).unwrap();
    let body = form.to_urlencoded();
    url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

async fn post(sandbox: &Sandbox, path: &str, form: &[(String, String)]) -> Value {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let url = format!("{}{path}", sandbox.base_url());
    let request = http()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), 200);
    serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
}

async fn get_token(sandbox: &Sandbox, form: &[(String, String)]) -> Value {
    post(sandbox, "/odeme/api/get-token", form).await
}

#[tokio::test]
async fn a_rightly_signed_order_gets_a_token() {
    let sandbox = sandbox().await;
    let reply = get_token(&sandbox, &form(&sandbox, "A1")).await;
    assert_eq!(reply["status"], "success");
    assert!(reply["token"].as_str().unwrap().len() >= 32);
}

#[tokio::test]
async fn a_basket_as_paytrs_own_modules_write_it_gets_a_token_and_a_warning() {
    let sandbox = sandbox().await;
    for (id, basket, warning) in [
        ("B1", r#"[["Kalem","1.234.56",1]]"#, "the price 1.234.56 is"),
        ("B2", r#"[["Kalem","34.5600",1]]"#, "the price 34.5600 is"),
        ("B3", r#"[["Kalem","34.56"]]"#, "row 1 has no quantity"),
        ("B4", r#"[["Kalem","34.56",1.0]]"#, "the quantity 1.0 is"),
        (
            "B5",
            r#"[["Kalem","34.56","1.0000"]]"#,
            "the quantity 1.0000 is",
        ),
    ] {
        let mut form = form(&sandbox, id);
        set(&mut form, "user_basket", &STANDARD.encode(basket));
        sign(&mut form, CARD, &sandbox);
        let reply = get_token(&sandbox, &form).await;
        assert_eq!(reply["status"], "success", "{basket}: {reply}");
        let warnings = sandbox.order(id).unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{basket}: {warnings:?}");
        assert!(warnings[0].contains(warning), "{basket}: {warnings:?}");
    }
    let mut form = form(&sandbox, "B6");
    set(&mut form, "user_basket", r#"[["Kalem","34.56",1]]"#);
    sign(&mut form, CARD, &sandbox);
    assert_eq!(
        get_token(&sandbox, &form).await["reason"],
        "Zorunlu alan degeri gecersiz veya gonderilmedi: user_basket"
    );
}

#[tokio::test]
async fn an_empty_number_of_instalments_is_none_with_a_warning() {
    let sandbox = sandbox().await;
    let mut form = form(&sandbox, "A1");
    set(&mut form, "no_installment", "");
    set(&mut form, "max_installment", "");
    sign(&mut form, CARD, &sandbox);
    assert_eq!(get_token(&sandbox, &form).await["status"], "success");
    assert_eq!(
        sandbox.order("A1").unwrap().warnings,
        [
            "no_installment is empty: it is taken as 0 here",
            "max_installment is empty: it is taken as 0 here"
        ]
    );
}

#[tokio::test]
async fn changing_any_signed_field_is_refused_with_the_token_text() {
    let sandbox = sandbox().await;
    for (name, value) in [
        ("user_ip", "88.255.10.21"),
        ("merchant_oid", "A2"),
        ("email", "b@example.com"),
        ("payment_amount", "3457"),
        ("user_basket", "W1siS2FsZW0iLCIxOC4wMSIsMV1d"),
        ("no_installment", "1"),
        ("max_installment", "2"),
        ("currency", "TRY"),
        ("test_mode", "1"),
        (
            "paytr_token",
            "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=",
        ),
        ("paytr_token", "not a token"),
    ] {
        let mut form = form(&sandbox, "A1");
        set(&mut form, name, value);
        let reply = get_token(&sandbox, &form).await;
        assert_eq!(
            reply["reason"], "paytr_token gonderilmedi veya gecersiz (get-token)",
            "{name}={value}"
        );
        assert_eq!(reply["status"], "failed");
    }
    assert!(sandbox.orders().is_empty());
}

#[tokio::test]
async fn every_required_field_is_named_when_it_is_missing() {
    let sandbox = sandbox().await;
    for name in [
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "user_basket",
        "no_installment",
        "max_installment",
        "paytr_token",
        "user_name",
        "user_address",
        "user_phone",
        "merchant_ok_url",
        "merchant_fail_url",
    ] {
        let mut form = form(&sandbox, "A1");
        form.retain(|(known, _)| known != name);
        let reply = get_token(&sandbox, &form).await;
        assert_eq!(
            reply["reason"],
            format!("Zorunlu alan degeri gecersiz veya gonderilmedi: {name}")
        );
    }
}

#[tokio::test]
async fn known_faults_are_refused_in_paytrs_words() {
    let sandbox = sandbox().await;
    for (name, value, reason) in [
        (
            "merchant_id",
            "000002",
            "Gecersiz istek veya magaza aktif degil",
        ),
        (
            "merchant_oid",
            "A-1",
            "merchant_oid alfanumerik olmalidir, ozel karakter iceremez",
        ),
        (
            "payment_amount",
            "99",
            "payment_amount degeri 100 degerinden kucuk olamaz",
        ),
    ] {
        let mut form = form(&sandbox, "A1");
        set(&mut form, name, value);
        assert_eq!(get_token(&sandbox, &form).await["reason"], reason);
    }
}

#[tokio::test]
async fn another_key_or_a_swapped_salt_is_refused() {
    let sandbox = sandbox().await;
    let stranger = Credentials::new("000001", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    let stranger = client_with(&sandbox, stranger);
    for refused in [
        stranger.iframe_token(&card("A1")).await.err().unwrap(),
        stranger.iframe_token(&transfer("A1")).await.err().unwrap(),
        stranger.status(&oid("A1")).await.err().unwrap(),
    ] {
        assert!(matches!(refused, PaytrError::Refused(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_paid_order_id_is_refused_and_an_unpaid_one_gets_a_further_page() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let first = client.iframe_token(&card("A1")).await.unwrap();
    let second = client.iframe_token(&card("A1")).await.unwrap();
    assert_ne!(first.as_str(), second.as_str());
    assert_eq!(sandbox.orders().len(), 1);
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let refused = client.iframe_token(&card("A1")).await.err().unwrap();
    assert!(matches!(refused, PaytrError::Refused(_)), "{refused:?}");
}

#[tokio::test]
async fn status_knows_successful_payments_before_any_notification_was_acknowledged() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    client.iframe_token(&card("A1")).await.unwrap();
    let pending = client.status(&oid("A1")).await.err().unwrap();
    let PaytrError::Refused(refusal) = pending else {
        panic!("{pending:?}");
    };
    assert_eq!(refusal.code.as_deref(), Some("004"));
    sandbox.pay("A1", TestCard::SecurityCheck).unwrap();
    assert!(client.status(&oid("A1")).await.is_err());
    sandbox
        .pay_in_installments("A1", TestCard::Mastercard, 3)
        .unwrap();
    let status = client.status(&oid("A1")).await.unwrap();
    assert_eq!(status.payment_amount, Money::new(3_456, Currency::TRY));
    assert_eq!(status.payment_total, Money::new(3_612, Currency::TRY));
    assert_eq!(status.installments, Some(3));
    assert_eq!(status.masked_pan.as_deref(), Some("540667******5403"));
    assert_eq!(status.paid_by, Some(PaidBy::Card));
    assert!(status.returns.is_empty());
}

#[tokio::test]
async fn status_of_a_transfer_says_eft() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let token = client.iframe_token(&transfer("E1")).await.unwrap();
    assert!(token.page_path().starts_with("/odeme/api/"));
    sandbox.decide_transfer("E1", EftOutcome::Arrived).unwrap();
    let status = client.status(&oid("E1")).await.unwrap();
    assert_eq!(status.payment_total, Money::new(3_456, Currency::TRY));
    assert_eq!(status.paid_by, Some(PaidBy::BankTransfer));
    assert_eq!(status.masked_pan, None);
}

#[tokio::test]
async fn status_errors_have_paytrs_codes() {
    let sandbox = sandbox().await;
    let path = "/odeme/durum-sorgu";
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let good = vec![field("merchant_id", "000001"), field("merchant_oid", "A1")];
    for (form, code) in [
        (vec![field("merchant_id", "000002")], "001"),
        (vec![field("merchant_id", "000001")], "002"),
        (good, "003"),
    ] {
        let reply = post(&sandbox, path, &form).await;
        assert_eq!(
            (&reply["status"], &reply["err_no"]),
            (&"error".into(), &code.into())
        );
    }
    let refused = client(&sandbox).status(&oid("A1")).await.err().unwrap();
    assert!(format!("{refused:?}").contains("004"), "{refused:?}");
}
