//! How a sale begins: written down first, created once.

use std::time::Duration;

use paytrek::api::NewSale;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{Found, Idempotency, OpenError, OrderLedger as _, OrderState, PaytrekError};

use crate::common::server::client_of_nobody;
use crate::common::shop::Shop;
use crate::common::{john, lira, order, sale_of};

fn click(key: &str) -> Idempotency {
    Idempotency {
        key: key.to_owned(),
        fingerprint: [7; 32],
        reuse_for: Duration::from_mins(50),
    }
}

#[tokio::test]
async fn two_clicks_are_one_sale() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let first = shop
        .settlement
        .open_once(&sale_of("A"), click("cart"))
        .await
        .unwrap();
    let second = shop
        .settlement
        .open_once(&sale_of("B"), click("cart"))
        .await
        .unwrap();
    assert_eq!(
        (second.sale_token, second.order),
        (first.sale_token, order("A"))
    );
    assert_eq!(fake.count("POST", "sale"), 1);
    let mut other = click("cart");
    other.fingerprint = [8; 32];
    let reused = shop.settlement.open_once(&sale_of("C"), other).await;
    assert!(matches!(reused, Err(OpenError::KeyReused)));
    fake.pay(
        &fake.sales_of(&order("A"))[0],
        paytrek::card::TestCard::Isbank,
    )
    .unwrap();
    assert!(shop.settle(&order("A")).await.is_settled());
    let again = shop
        .settlement
        .open_once(&sale_of("D"), click("cart"))
        .await;
    assert!(matches!(again, Err(OpenError::AlreadyPaid)));
}

#[tokio::test]
async fn an_order_id_is_used_once() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    shop.settlement.open(&sale_of("A")).await.unwrap();
    assert!(matches!(
        shop.settlement.open(&sale_of("A")).await,
        Err(OpenError::OrderExists)
    ));
    assert_eq!(fake.count("POST", "sale"), 1);
}

#[tokio::test]
async fn a_sale_without_an_address_of_the_order_is_not_opened() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let bare = NewSale::new(order("A"), lira(2_400), john());
    for sale in [
        bare.clone(),
        bare.return_to("https://shop.example/return?order=A"),
    ] {
        let error = shop.settlement.open(&sale).await.unwrap_err();
        assert!(matches!(
            error,
            OpenError::Paytrek(PaytrekError::Invalid(_))
        ));
    }
    // The id is not spent: nothing was written down.
    assert!(shop.settlement.open(&sale_of("A")).await.is_ok());
}

#[tokio::test]
async fn a_lost_answer_to_the_creation_spends_the_order_id_only() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    fake.fail_next("sale", Fault::LoseAnswer);
    let error = shop
        .settlement
        .open_once(&sale_of("A"), click("cart"))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        OpenError::Paytrek(PaytrekError::Indeterminate(_))
    ));
    assert_eq!(fake.count("POST", "sale"), 1);
    // The same click with a new order id works: the key was freed.
    assert!(
        shop.settlement
            .open_once(&sale_of("B"), click("cart"))
            .await
            .is_ok()
    );
    let asked = fake.requests().len();
    assert_eq!(shop.settle(&order("A")).await, Found::NotYet);
    assert_eq!(
        fake.requests().len(),
        asked,
        "nobody knows a sale to ask about"
    );
    let shop = Shop::new(client_of_nobody().await);
    let error = shop.settlement.open(&sale_of("C")).await.unwrap_err();
    assert!(matches!(
        error,
        OpenError::Paytrek(PaytrekError::NotSent(_))
    ));
}

#[tokio::test]
async fn the_order_is_known_before_paytrek_hears_of_it() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    fake.fail_next("sale", Fault::Refuse);
    assert!(shop.settlement.open(&sale_of("A")).await.is_err());
    assert_eq!(shop.state(&order("A")).await, OrderState::Pending);
    let key = shop.settlement.order_key(&order("A"));
    let record = shop.store.get(&key).await.unwrap().unwrap();
    assert_eq!(record.session, None);
    let environment = fake.host().as_str().trim_start_matches("http://");
    assert_eq!(key.merchant(), format!("paytrek/{environment}/test-shop"));
}
