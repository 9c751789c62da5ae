//! PayTR, the ledger or the network say no.

use std::time::Duration;

use crate::support::{Script, Shop, cart, english};

#[tokio::test]
async fn whatever_paytr_does_the_browser_is_told_the_same() {
    let timeout = Duration::from_millis(300);
    let shop = Shop::start_with(Script::Token, |builder| builder.token_timeout(timeout)).await;
    for script in [
        Script::Refuse,
        Script::ServerError,
        Script::HangUp,
        Script::Silence,
        Script::Html,
    ] {
        shop.paytr.play(script);
        let paid = shop.pay(&cart()).await;
        assert_eq!(paid.code(), (502, "payment_provider"));
        assert_eq!(
            paid.text("message"),
            "the payment page could not be opened; try again"
        );
    }
}

#[tokio::test]
async fn an_unreachable_paytr_is_a_bad_gateway() {
    let ledger = std::sync::Arc::default();
    let handler = async |_payment: paytr_core::VerifiedPayment| Ok::<_, paytr_core::BoxError>(());
    // Nothing listens on port 1.
    let flow = crate::support::builder("http://127.0.0.1:1", ledger, handler)
        .build()
        .unwrap();
    let body = cart().to_string();
    let response = flow.pay(paytr_flow::PayRequest {
        content_type: Some(b"application/json"),
        accept_language: None,
        client_ip: crate::support::BUYER_IP,
        body: body.as_bytes(),
    });
    assert_eq!(response.await.status, 502);
}

#[tokio::test]
async fn a_ledger_that_is_down_answers_503_without_its_details() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    for step in ["open", "attach_session", "order_exists"] {
        shop.ledger.fail(Some(step));
        let paid = shop.pay(&cart()).await;
        assert_eq!(paid.code(), (503, "unavailable"), "{step}");
        assert_eq!(paid.response.header("retry-after"), Some("5"));
        assert!(!paid.body.to_string().contains("secret"));
    }
    shop.ledger.fail(Some("get"));
    let query = format!("oid={oid}");
    for response in [
        shop.pay_page(&oid).await,
        shop.flow.order_state(&oid).await,
        shop.flow
            .landing(paytr_flow::Landing::Ok, english(&query))
            .await,
    ] {
        assert_eq!(response.status, 503);
        assert_eq!(response.header("retry-after"), Some("5"));
        assert!(!response.body.contains("secret"));
    }
}

#[tokio::test]
async fn nothing_is_sent_to_paytr_before_the_order_is_in_the_ledger() {
    let shop = Shop::start(Script::Token).await;
    shop.ledger.fail(Some("open"));
    shop.pay(&cart()).await;
    assert!(shop.paytr.forms().is_empty());
}
