//! Notifications that never come, and handlers that fail: no paid order is forgotten.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use payture::commands::inpay::Init;
use payture::commands::order::Charge;
use payture::testing::{Edit, Fault, TestCard};
use payture::{Expected, Found, Interface, OrderId, OrderLedger as _, OrderState, Pauses, State};
use tokio::sync::oneshot;

use crate::common::shop::{PRICE, Shop};
use crate::common::till::Trouble;
use crate::common::{OID, oid, roubles};

/// Abandoned carts, all of them due.
async fn abandon(shop: &Shop, orders: usize) {
    for _ in 0..orders {
        let price = Expected::Exactly(roubles(1));
        shop.expect(&OrderId::random(), price).await;
    }
}

/// An order that nobody will ever pay is asked about again, but it never stands in the way of others.
#[tokio::test]
async fn a_paid_order_is_found_in_the_first_round_behind_200_abandoned_carts() {
    let shop = Shop::open().await;
    abandon(&shop, 200).await;
    let order = oid(OID);
    shop.open_order(&order).await;
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let round = shop.reconciler.round().await.unwrap();
    let settled = round.iter().filter(|one| one.found.is_settled());
    assert_eq!((settled.count(), round.len(), shop.runs()), (1, 201, 1));
    let again = shop.reconciler.round().await.unwrap();
    assert_eq!((again.len(), shop.runs()), (0, 1), "none is due yet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_ask_about_each_order_once_in_a_round() {
    let (shop, _paid) = Shop::paid_order().await;
    abandon(&shop, 50).await;
    let other = shop.second_node();
    let (one, two) = tokio::join!(shop.reconciler.round(), other.round());
    let (one, two) = (one.unwrap(), two.unwrap());
    let asked = one.iter().chain(&two).map(|each| &each.record.order);
    let orders: BTreeSet<_> = asked.clone().collect();
    assert_eq!((asked.count(), orders.len()), (51, 51));
    assert_eq!((shop.asked(), shop.runs()), (51, 1));
}

#[tokio::test]
async fn a_handler_that_failed_gets_the_payment_from_the_reconciler_once() {
    let (shop, order) = Shop::paid_order().await;
    shop.till.fail_next(Trouble::Error);
    let first = shop.reconciler.round().await.unwrap();
    assert_eq!(first[0].found.as_str(), "paid_and_not_settled");
    let listed = shop.ledger.undelivered(10).await.unwrap();
    assert_eq!(listed[0].order, shop.key(&order));
    // A round later it is due again.
    let key = shop.key(&order);
    shop.ledger.postpone(&key, Duration::ZERO).await.unwrap();
    let second = shop.reconciler.round().await.unwrap();
    assert_eq!(second[0].record.state.as_str(), "undelivered");
    assert!(second[0].found.is_settled());
    shop.ledger.postpone(&key, Duration::ZERO).await.unwrap();
    assert!(shop.reconciler.round().await.unwrap().is_empty());
    assert_eq!(shop.till.attempts(), [2]);
    assert!(shop.ledger.undelivered(10).await.unwrap().is_empty());
}

/// Money that is on the list of what was not delivered stays there, whatever becomes of it at Payture.
#[tokio::test]
async fn an_undelivered_payment_that_is_refunded_is_for_a_person() {
    for refund in [Edit::RefundedPart(10_000), Edit::State(State::Refunded)] {
        let (shop, order) = Shop::paid_order().await;
        shop.till.fail_next(Trouble::Error);
        assert!(!shop.ask(&order).await.is_settled());
        shop.fake.edit(&order, refund).unwrap();
        assert!(!shop.ask(&order).await.is_settled());
        assert_eq!((shop.runs(), shop.reviews().await), (0, 1));
        assert_eq!(shop.state(&order).await.as_str(), "undelivered");
    }
}

#[tokio::test]
async fn a_payture_that_hangs_holds_up_nobody_for_long() {
    let (shop, order) = Shop::paid_order().await;
    let slow = payture::PaytureClient::new(shop.client.terminal().clone()).unwrap();
    let gate = shop.reconciler.gate().clone();
    let reconciler = slow
        .reconciler(
            Interface::InPay,
            shop.ledger.clone(),
            gate,
            shop.till.clone(),
        )
        .ask_timeout(Duration::from_millis(200))
        .build();
    shop.fake.fault("GetState", Fault::LostBefore);
    let begun = Instant::now();
    let round = reconciler.round().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!((round.len(), &round[0].found), (1, &Found::Unavailable));
    assert_eq!(shop.runs(), 0);
    assert!(shop.ask(&order).await.is_settled());
}

#[tokio::test]
async fn an_order_that_nobody_pays_is_closed_and_paid_all_the_same_if_somebody_does() {
    let (shop, order) = Shop::with_order().await;
    let gate = shop.reconciler.gate().clone();
    let (ledger, till) = (shop.ledger.clone(), shop.till.clone());
    let reconciler = shop
        .client
        .reconciler(Interface::InPay, ledger, gate, till)
        .horizon(Duration::ZERO)
        .build();
    let round = reconciler.round().await.unwrap();
    assert_eq!(round[0].found, Found::Closed);
    assert_eq!(shop.state(&order).await.as_str(), "closed");
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    assert!(shop.ask(&order).await.is_settled());
    assert_eq!(shop.runs(), 1);
}

/// The shop may charge it at any time, and what is charged is paid.
#[tokio::test]
async fn an_order_with_held_money_is_never_closed_however_old_it_is() {
    let (shop, order) = (Shop::open().await, oid(OID));
    shop.expect(&order, Expected::Exactly(roubles(PRICE))).await;
    let block = Init::block(order.clone(), roubles(PRICE));
    shop.client.send(&block).await.unwrap();
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let gate = shop.reconciler.gate().clone();
    let (ledger, till) = (shop.ledger.clone(), shop.till.clone());
    let reconciler = shop
        .client
        .reconciler(Interface::InPay, ledger, gate, till)
        .horizon(Duration::ZERO)
        .build();
    let round = reconciler.round().await.unwrap();
    assert_eq!(round[0].found, Found::StaysOpen);
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    let charge = Charge::new(Interface::InPay, order.clone());
    shop.client.send(&charge).await.unwrap();
    let key = shop.key(&order);
    shop.ledger.postpone(&key, Duration::ZERO).await.unwrap();
    let round = reconciler.round().await.unwrap();
    assert!(round[0].found.is_settled(), "{round:?}");
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn a_notification_that_never_comes_is_made_up_for_until_the_shop_stops() {
    let (shop, order) = Shop::with_order().await;
    let gate = shop.reconciler.gate().clone();
    let (ledger, till) = (shop.ledger.clone(), shop.till.clone());
    let pauses = Pauses::new(Duration::ZERO, Duration::from_millis(20));
    let reconciler = shop
        .client
        .reconciler(Interface::InPay, ledger, gate, till)
        .every(Duration::from_millis(10))
        .pauses(pauses)
        .build();
    let (end, ended) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        let ended = async {
            let _ = ended.await;
        };
        reconciler.run(ended).await;
    });
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while shop.runs() == 0 {
        assert!(Instant::now() < deadline, "it was never settled");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    end.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), running)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shop.runs(), 1);
}
