//! What the sandbox refuses to be used for.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::Credentials;
use paytr_sandbox::{NotificationState, Sandbox, StartError, TestCard};
use reqwest::StatusCode;
use serde_json::Value;
use support::{LIMIT, NEVER, Shop, http, open_card, sandbox};

#[tokio::test]
async fn it_listens_on_loopback_only_unless_the_dangerous_method_is_used() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let started = Sandbox::builder().listen(address).start().await;
        assert!(
            matches!(started, Err(StartError::NotLoopback(_))),
            "{address}"
        );
    }
    let started = Sandbox::builder().listen("localhost").start().await;
    assert!(matches!(started, Err(StartError::Address(_))));
    let builder = Sandbox::builder().dangerously_listen_beyond_loopback("0.0.0.0:0");
    assert!(builder.start().await.is_ok());
}

#[tokio::test]
async fn credentials_that_paytr_could_have_issued_are_refused() {
    let real = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    let started = Sandbox::builder().credentials(real).start().await;
    let error = started.err().unwrap();
    assert!(matches!(error, StartError::RealMerchant(_)));
    assert!(!error.to_string().contains("aB3dE6gH9jK2mN5p"));
    let own = Credentials::new("0123", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    let sandbox = Sandbox::builder().credentials(own).start().await.unwrap();
    assert_eq!(sandbox.credentials().merchant_id().as_str(), "0123");
}

#[tokio::test]
async fn a_pace_without_pause_or_attempts_is_refused() {
    let no_pause = Sandbox::builder().resend_every(std::time::Duration::ZERO);
    assert!(matches!(no_pause.start().await, Err(StartError::Pace)));
    let no_attempts = Sandbox::builder().max_attempts(0);
    assert!(matches!(no_attempts.start().await, Err(StartError::Pace)));
}

#[tokio::test]
async fn every_start_has_its_own_keys() {
    let (first, second) = (sandbox().await, sandbox().await);
    let signed = |sandbox: &Sandbox| sandbox.credentials().sign(&[]).to_base64();
    assert_ne!(signed(&first), signed(&second));
}

#[tokio::test]
async fn other_sites_cannot_press_its_buttons() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let control = format!("{}/_sandbox/orders/A1/leave", sandbox.base_url());
    let listen = format!("{}/_sandbox/relay", sandbox.base_url());
    // A link or a picture of another page sends this, without an origin.
    let status = http().get(&listen).send().await.unwrap().status();
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    for url in [format!("{page}/leave"), control, listen] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
        ] {
            let reply = http().post(&url).header(name, value).send().await.unwrap();
            assert_eq!(
                reply.status(),
                StatusCode::FORBIDDEN,
                "{url} {name}: {value}"
            );
        }
    }
    let foreign = http().get(&page).header("host", "evil.example");
    let status = foreign.send().await.unwrap().status();
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
    let own = http()
        .post(format!("{page}/leave"))
        .header("origin", sandbox.base_url())
        .header("sec-fetch-site", "same-origin");
    assert_eq!(own.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_control_api_lists_pays_and_resends() {
    let shop = Shop::answering(vec![]).await;
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(NEVER);
    let sandbox = builder.start().await.unwrap();
    open_card(&sandbox, "A1").await;
    let orders = format!("{}/_sandbox/orders", sandbox.base_url());
    let post = async |path: &str, json: &'static str| {
        let request = http().post(format!("{orders}/{path}"));
        let request = request.header("content-type", "application/json");
        request.body(json).send().await.unwrap()
    };
    let unknown = post("A1/pay", r#"{"card":"amex"}"#).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let paid = post("A1/pay", r#"{"card":"visa","installments":2}"#).await;
    assert_eq!(paid.status(), StatusCode::OK);
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(
        post("A1/pay", r#"{"card":"visa"}"#).await.status(),
        StatusCode::CONFLICT
    );
    assert_eq!(post("A9/resend", "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(post("A1/resend", "").await.status(), StatusCode::OK);
    let twice = sandbox.wait_until("A1", LIMIT, |order| {
        order.attempts.len() == 2 && order.notification == Some(NotificationState::Done)
    });
    twice.await.unwrap();
    let listed = http()
        .get(&orders)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let listed: Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(listed[0]["state"]["name"], "paid");
    assert_eq!(listed[0]["state"]["total"], 3_560);
    assert_eq!(listed[0]["notification"], "done");
    assert_eq!(listed[0]["attempts"][1]["reply"], "OK");
}

#[tokio::test]
async fn the_dashboard_shows_every_attempt_with_its_reply_as_text() {
    let answer = support::reply("200 OK", b"<b>OK</b>");
    let shop = Shop::answering(vec![answer]).await;
    let builder = Sandbox::builder().notify_url(&shop.url).max_attempts(1);
    let sandbox = builder.start().await.unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let stopped = |order: &paytr_sandbox::OrderSnapshot| {
        order.notification == Some(NotificationState::Stopped)
    };
    sandbox.wait_until("A1", LIMIT, stopped).await.unwrap();
    let dashboard = http().get(sandbox.base_url()).send().await.unwrap();
    let policy = &dashboard.headers()["content-security-policy"];
    assert!(policy.to_str().unwrap().ends_with("frame-ancestors 'none'"));
    let text = dashboard.text().await.unwrap();
    for part in [
        "Bildirim Durdu",
        "HTML around the text",
        "OK&#60;/b&#62;",
        "/odeme/guvenli/",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("<b>OK"));
    let button = format!("{}/_sandbox/dashboard/orders/A1", sandbox.base_url());
    let request = http().post(button).body("do=resend");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
}

#[tokio::test]
async fn it_stops_listening_when_it_is_shut_down() {
    let sandbox = sandbox().await;
    let url = sandbox.base_url().to_owned();
    assert!(http().get(&url).send().await.is_ok());
    sandbox.shutdown().await;
    assert!(http().get(&url).send().await.is_err());
}
