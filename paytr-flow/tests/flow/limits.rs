//! How many purchases may be started: a script cannot burn payment pages, and a person is not hindered.

use std::net::IpAddr;
use std::time::Duration;

use paytr_flow::PayLimit;
use serde_json::{Value, json};

use crate::support::{BUYER_IP, Paid, Script, Shop, cart, cart_with};

const HOUR: Duration = Duration::from_secs(3_600);

/// A purchase that counts and that PayTR is not asked about.
fn unknown_product() -> Value {
    cart_with(&json!({"basket": [{"product_id": "pencil", "quantity": 1}]}))
}

async fn pay_from(shop: &Shop, address: &str) -> Paid {
    let address: IpAddr = address.parse().unwrap();
    shop.pay_from(address, &cart()).await
}

async fn limited(per_buyer: PayLimit) -> Shop {
    Shop::start_with(Script::Token, |flow| flow.pay_limit_per_buyer(per_buyer)).await
}

fn assert_refused(refused: &Paid, retry_after: &str) {
    assert_eq!(refused.code(), (429, "too_many_requests"));
    assert_eq!(refused.text("status"), "error");
    assert!(!refused.text("message").is_empty());
    assert_eq!(refused.response.header("retry-after"), Some(retry_after));
    assert!(!refused.response.body.contains(&BUYER_IP.to_string()));
}

#[tokio::test(start_paused = true)]
async fn without_a_setting_a_buyer_starts_twenty_at_once_and_then_one_in_three_seconds() {
    let shop = Shop::start(Script::Token).await;
    for _ in 0..20 {
        assert_eq!(shop.pay(&unknown_product()).await.status(), 422);
    }
    assert_refused(&shop.pay(&unknown_product()).await, "3");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_refused(&shop.pay(&unknown_product()).await, "1");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(shop.pay(&unknown_product()).await.status(), 422);
    assert_refused(&shop.pay(&unknown_product()).await, "3");
}

#[tokio::test]
async fn a_refused_purchase_opens_no_order_and_others_are_not_hindered() {
    let shop = limited(PayLimit::new(2, HOUR)).await;
    for _ in 0..2 {
        assert_eq!(shop.pay(&cart()).await.status(), 200);
    }
    for _ in 0..3 {
        assert_eq!(shop.pay(&cart()).await.code(), (429, "too_many_requests"));
    }
    assert_eq!((shop.paytr.forms().len(), shop.ledger.opens()), (2, 2));
    assert_eq!(pay_from(&shop, "198.51.100.77").await.status(), 200);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_counted() {
    let shop = limited(PayLimit::new(1, HOUR)).await;
    for _ in 0..5 {
        let unreadable = shop.pay_raw(Some("application/json"), b"{").await;
        assert_eq!(unreadable.code(), (400, "bad_json"));
        let mistyped = shop.pay(&cart_with(&json!({"email": ""}))).await;
        assert_eq!(mistyped.code(), (400, "invalid_field"));
    }
    assert_eq!(shop.pay(&cart()).await.status(), 200);
}

#[tokio::test]
async fn a_repeated_click_counts_and_finds_its_order_later() {
    let minute = Duration::from_mins(1);
    let shop = limited(PayLimit::new(1, minute)).await;
    let click = cart_with(&json!({"idempotency_key": "k1"}));
    let first = shop.pay(&click).await;
    tokio::time::pause();
    assert_eq!(shop.pay(&click).await.status(), 429);
    tokio::time::advance(minute).await;
    let later = shop.pay(&click).await;
    assert_eq!(later.status(), 200);
    assert_eq!(later.text("merchant_oid"), first.text("merchant_oid"));
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn all_buyers_together_have_the_limit_that_the_shop_sets() {
    let settings = |flow: paytr_flow::PurchaseFlowBuilder| {
        flow.pay_limit_per_buyer(PayLimit::NONE)
            .pay_limit_in_all(PayLimit::new(3, HOUR))
    };
    let shop = Shop::start_with(Script::Token, settings).await;
    for last in 1..=3 {
        let buyer = format!("198.51.100.{last}");
        assert_eq!(pay_from(&shop, &buyer).await.status(), 200, "{buyer}");
    }
    let refused = pay_from(&shop, "198.51.100.4").await;
    assert_eq!(refused.code(), (429, "too_many_requests"));
    assert_eq!(shop.paytr.forms().len(), 3);
}
