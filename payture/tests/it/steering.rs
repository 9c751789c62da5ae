//! The control API: what a test in another language does to the fake.

use std::collections::BTreeSet;
use std::time::Duration;

use payture::commands::inpay::Init;
use payture::testing::{FakePayture, TestCard};
use payture::{Currency, Interface, OrderId, PaytureClient, State};
use reqwest::header::{CONTENT_TYPE, HOST};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::common::{oid, roubles};

struct Steering {
    fake: FakePayture,
    client: PaytureClient,
    http: reqwest::Client,
}

impl Steering {
    async fn start() -> Self {
        let fake = FakePayture::builder().start().await.unwrap();
        let client = PaytureClient::new(fake.terminal(Currency::RUB).unwrap()).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { fake, client, http }
    }

    async fn open(&self, order: &str) -> OrderId {
        let order = oid(order);
        let init = Init::pay(order.clone(), roubles(12_480));
        self.client.send(&init).await.unwrap();
        order
    }

    async fn state(&self, order: &OrderId) -> State {
        let status = self.client.state(Interface::InPay, order).await.unwrap();
        status.state
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/_fake{path}", self.fake.origin());
        self.http.request(method.parse().unwrap(), url)
    }

    /// What a call answers, with its status. The content type is the one of `curl -d`.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self
            .request(method, path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = request.body(text).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap())
    }
}

#[tokio::test]
async fn an_order_is_declined_refused_at_the_bank_and_paid_over_http() {
    let steering = Steering::start().await;
    let order = steering.open("A-1").await;
    for card in [
        json!({ "card": "amount_exceed" }),
        json!({ "card": TestCard::BLOCKED.number() }),
        json!({ "card": "three_ds", "bank": "no" }),
    ] {
        let (status, answer) = steering.call("POST", "/orders/A-1/pay", card.clone()).await;
        assert_eq!(
            (status, &answer["state"]),
            (200, &json!("Rejected")),
            "{card}"
        );
    }
    assert_eq!(steering.state(&order).await, State::Rejected);
    let card = json!({ "card": "three_ds" });
    let (_, answer) = steering.call("POST", "/orders/A-1/pay", card).await;
    assert_eq!(
        (&answer["state"], &answer["amount"]),
        (&json!("Charged"), &json!(12_480))
    );
    assert_eq!(steering.state(&order).await, State::Charged);
    let (status, answer) = steering.call("POST", "/orders/A-1/pay", Value::Null).await;
    assert_eq!(status, 409, "{answer}");
    steering.open("B").await;
    let (_, listed) = steering.call("GET", "/orders", Value::Null).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let page = listed[1]["page"].as_str().unwrap();
    let page = steering.http.get(page).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("124.80"));
}

#[tokio::test]
async fn an_order_is_changed_behind_the_shops_back_over_http() {
    let steering = Steering::start().await;
    let order = steering.open("A").await;
    steering.call("POST", "/orders/A/pay", Value::Null).await;
    let part = json!({ "refunded_part": 480 });
    let (_, answer) = steering.call("POST", "/orders/A/edit", part).await;
    assert_eq!(
        (&answer["state"], &answer["amount"]),
        (&json!("Charged"), &json!(12_000))
    );
    let (status, _) = steering
        .call("POST", "/orders/A/edit", json!({ "refunded_part": 12_001 }))
        .await;
    assert_eq!(status, 409);
    let edits = json!({
        "state": "Chargeback", "amount": 7, "merchant_contract": "Other", "forwarded": true,
    });
    assert_eq!(steering.call("POST", "/orders/A/edit", edits).await.0, 200);
    let status = steering
        .client
        .state(Interface::InPay, &order)
        .await
        .unwrap();
    assert_eq!(
        (
            status.state,
            status.amount.map(|amount| amount.minor_units())
        ),
        (State::Chargeback, Some(7))
    );
}

/// A shop of one page: it takes one request, answers 200 and tells what it got.
async fn one_notification(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut got = Vec::new();
    let mut piece = [0; 4_096];
    loop {
        let read = stream.read(&mut piece).await.unwrap();
        got.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&got).into_owned();
        if read == 0 || text.contains("MerchantId=1") {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            return text;
        }
    }
}

#[tokio::test]
async fn notifications_wait_for_an_address_and_are_sent_and_listed() {
    let steering = Steering::start().await;
    let order = steering.open("A").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/notify", listener.local_addr().unwrap());
    let event = json!({ "event": "EnginePaySuccess" });
    assert_eq!(
        steering.call("POST", "/orders/A/notify", event).await.0,
        200
    );
    let (_, none) = steering.call("GET", "/deliveries", Value::Null).await;
    assert_eq!(none, json!([]));
    assert_eq!(
        steering
            .call("PUT", "/notify-url", json!({ "url": url }))
            .await
            .0,
        200
    );
    let got = one_notification(listener).await;
    assert!(
        got.contains("Notification=EnginePaySuccess") && got.contains("OrderId=A"),
        "{got}"
    );
    let limit = Duration::from_mins(1);
    let arrived = steering
        .fake
        .wait_for_deliveries(limit, |all| all.len() == 1);
    arrived.await.unwrap();
    let (_, answer) = steering.call("GET", "/orders/A", Value::Null).await;
    let delivery =
        json!({ "order_id": "A", "event": "EnginePaySuccess", "attempt": 1, "status": 200 });
    assert_eq!(answer["deliveries"], json!([delivery]));
    assert_eq!(
        steering.state(&order).await,
        State::New,
        "a notification proves nothing"
    );
}

#[tokio::test]
async fn a_fault_is_set_and_taken_back_over_http() {
    let steering = Steering::start().await;
    let order = steering.open("A").await;
    let fault = json!({ "command": "GetState", "fault": "answer", "answer": "Ooooops!" });
    for _ in 0..2 {
        assert_eq!(steering.call("POST", "/faults", fault.clone()).await.0, 200);
    }
    let error = steering
        .http
        .post(format!("{}/apim/GetState", steering.fake.origin()));
    let error = error.body("Key=Merchant&OrderId=A").send().await.unwrap();
    assert_eq!(error.text().await.unwrap(), "Ooooops!");
    steering.call("DELETE", "/faults", Value::Null).await;
    assert_eq!(steering.state(&order).await, State::New);
}

#[tokio::test]
async fn what_it_saw_is_listed_with_its_answer_and_without_values_and_forgotten_by_a_reset() {
    let steering = Steering::start().await;
    steering.open("A").await;
    let url = format!("{}/apim/Charge", steering.fake.origin());
    let charge = steering
        .http
        .post(url)
        .body("Key=Merchant&Password=cAnArY&OrderId=A");
    charge.send().await.unwrap();
    let (_, seen) = steering.call("GET", "/requests", Value::Null).await;
    let init = &seen[0];
    assert_eq!(
        (&init["command"], &init["success"]),
        (&json!("apim/Init"), &json!("True"))
    );
    assert_eq!(init["fields"], json!(["Key", "Data"]));
    assert_eq!(
        init["inner_fields"],
        json!(["SessionType", "OrderId", "Amount"])
    );
    let charge = &seen[1];
    assert_eq!(
        (&charge["success"], &charge["err_code"]),
        (&json!("False"), &json!("ACCESS_DENIED"))
    );
    assert!(!seen.to_string().contains("cAnArY"), "{seen}");
    let (_, overview) = steering.call("GET", "", Value::Null).await;
    assert_eq!(
        (&overview["orders"], &overview["requests"]),
        (&json!(1), &json!(2))
    );

    steering.call("POST", "/reset", Value::Null).await;
    let (_, overview) = steering.call("GET", "", Value::Null).await;
    assert_eq!(
        (&overview["orders"], &overview["requests"]),
        (&json!(0), &json!(0))
    );
    // The terminal is still there, and the order's id is free again.
    steering.open("A").await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_would() {
    let steering = Steering::start().await;
    steering.open("A").await;
    for (method, path, body, status, told) in [
        ("POST", "/orders/B/pay", Value::Null, 404, "order"),
        (
            "POST",
            "/orders/A/pay",
            json!({ "card": "gold" }),
            422,
            "amount_exceed",
        ),
        (
            "POST",
            "/orders/A/pay",
            json!({ "crad": "success" }),
            422,
            "crad",
        ),
        (
            "POST",
            "/orders/A/pay",
            json!({ "bank": "maybe" }),
            422,
            "yes or no",
        ),
        ("POST", "/orders/A/edit", json!({}), 422, "refunded_part"),
        (
            "POST",
            "/orders/A/edit",
            json!({ "amount": -1 }),
            422,
            "u64",
        ),
        (
            "POST",
            "/orders/A/edit",
            json!({ "forwarded": false }),
            422,
            "forwarded",
        ),
        ("POST", "/orders/A/notify", json!({}), 422, "event"),
        (
            "POST",
            "/faults",
            json!({ "command": "Init", "fault": "no" }),
            422,
            "lost_before",
        ),
        (
            "PUT",
            "/notify-url",
            json!({ "url": "ftp://x" }),
            422,
            "http",
        ),
    ] {
        let (refused, answer) = steering.call(method, path, body).await;
        let error = answer["error"].as_str().unwrap();
        assert!(
            refused == status && error.contains(told),
            "{path}: {refused} {error}"
        );
    }
    let numbers: BTreeSet<_> = TestCard::ALL.iter().map(TestCard::number).collect();
    assert_eq!(numbers.len(), TestCard::ALL.len());
}

/// A page that a developer visits must not pay orders on the fake that runs beside the browser.
#[tokio::test]
async fn pages_of_other_sites_and_foreign_names_cannot_steer_it() {
    let steering = Steering::start().await;
    let order = steering.open("A").await;
    for (header, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        (HOST.as_str(), "evil.example", 421),
    ] {
        let request = steering
            .request("POST", "/orders/A/pay")
            .header(header, value);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{header}: {value}");
    }
    assert_eq!(steering.state(&order).await, State::New);
    // A link may lead here: looking changes nothing.
    let look = steering
        .request("GET", "")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(look.send().await.unwrap().status(), 200);
    let own = steering.fake.origin();
    let request = steering
        .request("POST", "/orders/A/pay")
        .header("origin", own);
    assert_eq!(request.send().await.unwrap().status(), 200);
}
