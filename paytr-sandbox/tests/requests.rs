//! Refused requests are kept, for the control API and the dashboard, without what may not be kept.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::api::{BrowserPayment as _, Endpoint as _};
use paytr_sandbox::{Sandbox, TestCard};
use serde_json::Value;
use support::endpoints::{Form, direct_payment, json, send, set};
use support::{card, http, sandbox};

fn fields(body: &str) -> Form {
    let fields = url::form_urlencoded::parse(body.as_bytes());
    fields.into_owned().collect()
}

fn order(sandbox: &Sandbox) -> Form {
    let form = card("A1").form(&sandbox.credentials()).unwrap();
    fields(&form.to_urlencoded())
}

async fn get(sandbox: &Sandbox, path: &str) -> String {
    let reply = http().get(format!("{}{path}", sandbox.base_url()));
    reply.send().await.unwrap().text().await.unwrap()
}

async fn kept(sandbox: &Sandbox) -> Vec<Value> {
    serde_json::from_str(&get(sandbox, "/_sandbox/requests").await).unwrap()
}

#[tokio::test]
async fn a_refused_request_is_kept_with_body_reason_and_the_text_to_sign() {
    let sandbox = sandbox().await;
    let mut form = order(&sandbox);
    json(&sandbox, "/odeme/api/get-token", &form).await;
    assert!(kept(&sandbox).await.is_empty());
    set(&mut form, "payment_amount", "3457");
    let reply = json(&sandbox, "/odeme/api/get-token", &form).await;
    let kept = kept(&sandbox).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["refused"], reply["reason"]);
    assert_eq!(kept[0]["path"], "/odeme/api/get-token");
    assert_eq!(fields(kept[0]["body"].as_str().unwrap()), form);
    let basket = form.iter().find(|(name, _)| name == "user_basket");
    let basket = &basket.unwrap().1;
    assert_eq!(
        kept[0]["signed"]["text"],
        format!("00000188.255.10.20A1a@example.com3457{basket}00TL0<salt>")
    );
    assert_eq!(kept[0]["signed"]["token_is_right"], false);
    assert_eq!(
        kept[0]["signed"]["formula"],
        "merchant_id + user_ip + merchant_oid + email + payment_amount + user_basket + \
         no_installment + max_installment + currency + test_mode + merchant_salt"
    );

    let page = get(&sandbox, "/").await;
    for part in [
        "id=\"request-1\"",
        "paytr_token gonderilmedi veya gecersiz (get-token)",
        "a@example.com3457",
        "paytr callback explain --kind payment",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    sandbox.reset();
    assert!(self::kept(&sandbox).await.is_empty());
}

/// The text is the one that the sandbox's own check is made of.
#[tokio::test]
async fn a_token_over_the_kept_text_is_accepted() {
    let sandbox = sandbox().await;
    let mut form = order(&sandbox);
    set(&mut form, "payment_amount", "3457");
    json(&sandbox, "/odeme/api/get-token", &form).await;
    let kept = kept(&sandbox).await;
    let text = kept[0]["signed"]["text"].as_str().unwrap();
    let text = text.strip_suffix("<salt>").unwrap();
    let message = [
        paytr_core::credentials::SignedPart::Field(text.as_bytes()),
        paytr_core::credentials::SignedPart::Salt,
    ];
    let token = sandbox.credentials().sign(&message).to_base64();
    set(&mut form, "paytr_token", &token);
    let reply = json(&sandbox, "/odeme/api/get-token", &form).await;
    assert_eq!(reply["status"], "success", "{reply}");
}

#[tokio::test]
async fn a_request_that_was_taken_with_a_slip_is_kept_and_an_empty_report_is_not() {
    let sandbox = sandbox().await;
    let mut form = order(&sandbox);
    set(&mut form, "merchant_key", "a secret of the shop");
    json(&sandbox, "/odeme/api/get-token", &form).await;
    let seen = kept(&sandbox).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["refused"], Value::Null);
    assert!(
        seen[0]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("merchant_key is posted")
    );
    assert_eq!(seen[0]["signed"]["token_is_right"], true);
    assert!(!seen[0].to_string().contains("a secret of the shop"));

    let client = support::client(&sandbox);
    let bin = paytr_core::api::BinLookup::new("400000").unwrap();
    assert!(client.bin(&bin).await.unwrap().detail().is_none());
    assert_eq!(kept(&sandbox).await.len(), 1);
}

#[tokio::test]
async fn cards_and_secrets_are_kept_of_no_refused_request() {
    let sandbox = sandbox().await;
    let (number, key) = ("4111111111111111", "a secret of the shop");
    let payment = direct_payment("D1", 5_000);
    let hidden = payment.form(&sandbox.credentials()).unwrap();
    for name in ["card_number", "cardNumber", "number"] {
        let mut form = fields(&hidden.to_urlencoded());
        for (name, value) in [
            ("cc_owner", "AYŞE YILMAZ"),
            ("expiry_month", "12"),
            ("expiry_year", "40"),
            ("cvv", "987"),
            ("merchantKey", key),
            (name, number),
        ] {
            set(&mut form, name, value);
        }
        send(&sandbox, "/odeme", &form).await;
    }
    let bin = vec![
        ("merchant_id".to_owned(), "000001".to_owned()),
        ("bin_number".to_owned(), number.to_owned()),
    ];
    json(&sandbox, "/odeme/api/bin-detail", &bin).await;
    let body =
        format!(r#"{{"card_number": "{number}", "merchant_salt": "{key}", "merchant_oid": "A9"}}"#);
    let request = http()
        .post(format!("{}/odeme", sandbox.base_url()))
        .body(body);
    request.send().await.unwrap();

    let requests = get(&sandbox, "/_sandbox/requests").await;
    assert_eq!(kept(&sandbox).await.len(), 5, "{requests}");
    assert!(requests.contains("A9"), "{requests}");
    for seen in [requests, get(&sandbox, "/").await] {
        for secret in [number, key, "AYŞE YILMAZ", "Y%C4%B1lmaz&cvv", "411111"] {
            assert!(!seen.contains(secret), "{secret}: {seen}");
        }
        // Of a port, or of the thousandths of a second, as few digits can be a part.
        for word in seen.split(|one: char| !one.is_alphanumeric() && one != '.') {
            assert!(!["987", "4111"].contains(&word), "{word}: {seen}");
        }
    }
    // A declined card is an order, not a refused request.
    let mut form = fields(&hidden.to_urlencoded());
    for (name, value) in [
        ("cc_owner", "PAYTR TEST"),
        ("card_number", TestCard::FraudAlert.number()),
        ("expiry_month", "12"),
        ("expiry_year", "40"),
        ("cvv", "000"),
    ] {
        set(&mut form, name, value);
    }
    send(&sandbox, "/odeme", &form).await;
    assert_eq!(kept(&sandbox).await.len(), 5);
}

#[tokio::test]
async fn a_hundred_requests_are_kept() {
    let sandbox = sandbox().await;
    for _ in 0..102 {
        json(&sandbox, "/odeme/iade", &Form::new()).await;
    }
    let kept = kept(&sandbox).await;
    assert_eq!(kept.len(), 100);
    assert_eq!((&kept[0]["id"], &kept[99]["id"]), (&3.into(), &102.into()));
    let gone = http().get(format!("{}/_sandbox/requests/1", sandbox.base_url()));
    assert_eq!(gone.send().await.unwrap().status(), 404);
}
