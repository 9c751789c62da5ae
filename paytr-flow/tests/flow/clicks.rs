//! Double clicks, repeated clicks, and clicks of a browser that hangs up.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use paytr_core::paid_once::Idempotency;
use paytr_core::testing::PaymentNotification;
use paytr_core::{Currency, Expected, MerchantOid, Money, NewOrder, OrderLedger as _};
use serde_json::{Value, json};

use crate::support::{CART_TOTAL, Script, Shop, cart_with, credentials};

fn keyed(key: &str) -> Value {
    cart_with(&json!({"idempotency_key": key}))
}

#[tokio::test]
async fn sixteen_clicks_at_once_open_one_order_and_get_one_answer() {
    let shop = Arc::new(Shop::start(Script::HeldToken).await);
    let clicks: Vec<_> = (0..16)
        .map(|_| {
            let shop = Arc::clone(&shop);
            tokio::spawn(async move { shop.pay(&keyed("cart-1")).await })
        })
        .collect();
    shop.paytr.wait_for_forms(1).await;
    // The other clicks find the order without a page and wait.
    shop.ledger.wait_for_opens(16).await;
    shop.paytr.let_go();
    let mut answers = HashSet::new();
    for click in clicks {
        let paid = click.await.unwrap();
        assert_eq!(paid.status(), 200);
        answers.insert(paid.response.body);
    }
    assert_eq!(answers.len(), 1);
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn a_click_without_a_key_is_a_purchase_of_its_own() {
    let shop = Shop::start(Script::Token).await;
    let (one, other) = (shop.open_order().await, shop.open_order().await);
    assert_ne!(one, other);
    assert_eq!(shop.paytr.forms().len(), 2);
}

#[tokio::test]
async fn a_key_does_not_stand_for_two_carts() {
    let shop = Shop::start(Script::Token).await;
    assert_eq!(shop.pay(&keyed("k")).await.status(), 200);
    for changes in [
        json!({"basket": [{"product_id": "kalem", "quantity": 1}]}),
        json!({"email": "other@example.com"}),
        json!({"user_address": "elsewhere"}),
        json!({"payment_type": "eft"}),
    ] {
        let mut other = cart_with(&changes);
        other["idempotency_key"] = json!("k");
        assert_eq!(
            shop.pay(&other).await.code(),
            (409, "key_reused"),
            "{changes}"
        );
    }
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn a_refused_order_gives_its_key_back() {
    let long = Duration::from_secs(600);
    let shop = Shop::start_with(Script::Refuse, |builder| builder.token_timeout(long)).await;
    assert_eq!(
        shop.pay(&keyed("k")).await.code(),
        (502, "payment_provider")
    );
    let refused = shop.paytr.forms()[0]["merchant_oid"].clone();
    shop.paytr.play(Script::Token);
    // The next click does not wait for an opener that is gone.
    let cart = keyed("k");
    let clicked = shop.pay(&cart);
    let paid = tokio::time::timeout(Duration::from_secs(30), clicked)
        .await
        .unwrap();
    assert_eq!(paid.status(), 200);
    assert_ne!(paid.text("merchant_oid"), refused);
    // The refused order stays known, so that a payment for it would still be recognised.
    let record = shop.record(&refused).await.unwrap();
    assert_eq!(record.session, None);
}

#[tokio::test]
async fn a_browser_that_hangs_up_leaves_an_order_with_a_page() {
    let shop = Arc::new(Shop::start(Script::HeldToken).await);
    let first = {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.pay(&keyed("k")).await })
    };
    shop.paytr.wait_for_forms(1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    shop.paytr.let_go();
    let second = shop.pay(&keyed("k")).await;
    assert_eq!(second.text("token"), "token+1");
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn an_order_whose_opener_died_is_abandoned_after_a_while() {
    let timeout = Duration::from_millis(300);
    let shop = Shop::start_with(Script::Token, |builder| builder.token_timeout(timeout)).await;
    // The same purchase opened by a process that was killed: same key, no page. The fingerprint is
    // taken from a real order, through a ledger that cannot attach.
    let dead = open_without_page(&shop).await;
    let paid = shop.pay(&keyed("k")).await;
    assert_eq!(paid.status(), 200, "{:?}", paid.body);
    assert_ne!(paid.text("merchant_oid"), dead);
    let again = shop.pay(&keyed("k")).await;
    assert_eq!(again.body, paid.body);
}

/// Leaves an order that holds the key `k` of the usual cart and has no page.
async fn open_without_page(shop: &Shop) -> String {
    shop.ledger.fail(Some("attach_session"));
    assert_eq!(shop.pay(&keyed("k")).await.code(), (503, "unavailable"));
    shop.ledger.fail(None);
    let oid = "SHOPDEADDEADDEADDEADDEADDEADDEAD";
    let order = shop.key(oid);
    let expected = Expected::AtLeast(Money::new(CART_TOTAL, Currency::TRY));
    let opened = shop.ledger.open(
        NewOrder::new(order, expected).with_idempotency(Idempotency {
            key: "k".to_owned(),
            fingerprint: shop.ledger.fingerprint().unwrap(),
            reuse_for: Duration::from_secs(60),
        }),
    );
    assert_eq!(opened.await.unwrap(), paytr_core::paid_once::Opened::New);
    oid.to_owned()
}

#[tokio::test]
async fn a_click_after_paying_leads_to_the_result_and_has_no_token() {
    let mut shop = Shop::start(Script::Token).await;
    let first = shop.pay(&keyed("k")).await;
    let oid = first.text("merchant_oid");
    let body = PaymentNotification::success(oid, CART_TOTAL)
        .sign(&credentials())
        .to_body();
    assert_eq!(shop.flow.receive(body.as_bytes()).await.reply().body, "OK");
    assert!(shop.handled.recv().await.unwrap().is_paid());

    let again = shop.pay(&keyed("k")).await;
    assert_eq!(again.status(), 200);
    let expected = json!({
        "status": "success", "merchant_oid": oid, "state": "paid",
        "page_url": format!("/paytr/pay/{oid}"),
    });
    assert_eq!(again.body, expected);
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn a_click_while_a_payment_is_reviewed_does_not_pay_again() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.pay(&keyed("k")).await.text("merchant_oid").to_owned();
    let body = PaymentNotification::success(&*oid, CART_TOTAL - 1)
        .sign(&credentials())
        .to_body();
    assert_eq!(shop.flow.receive(body.as_bytes()).await.reply().status, 400);
    let again = shop.pay(&keyed("k")).await;
    assert_eq!((again.text("state"), again.text("token")), ("review", ""));
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn order_ids_are_new_random_and_of_one_shape() {
    let shop = Shop::start_with(Script::Token, |builder| builder.order_prefix("DEFTER")).await;
    let mut seen = HashSet::new();
    for _ in 0..8 {
        let oid = shop.open_order().await;
        assert!(MerchantOid::new(&oid).is_ok() && oid.starts_with("DEFTER") && oid.len() == 32);
        assert!(seen.insert(oid));
    }
}
