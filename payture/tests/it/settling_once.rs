//! The handler sees each payment once, whoever hints at it and however often.

use std::time::Duration;

use payture::settlement::Event;
use payture::testing::TestCard;
use payture::{Decision, Found, HandlerFailure, Notified};

use crate::common::shop::{Shop, builder, decision};
use crate::common::till::Trouble;
use crate::common::{OID, oid};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_hints_at_once_settle_once() {
    let (shop, order) = Shop::paid_order().await;
    let nodes = [shop.reconciler.clone(), shop.second_node()];
    let mut tasks = Vec::new();
    for number in 0..100 {
        let (reconciler, key) = (nodes[number % 2].clone(), shop.key(&order));
        let event = [Event::EnginePaySuccess, Event::CustomerPaySuccess][number % 2].clone();
        let body = shop.fake.notification_body(&order, event).unwrap();
        tasks.push(tokio::spawn(async move {
            if number % 3 == 0 {
                return reconciler.ask_about(&key).await.unwrap().unwrap().found;
            }
            match Notified::receive(&reconciler, body.as_bytes()).await {
                Notified::Asked(found) => found,
                other => panic!("{other:?}"),
            }
        }));
    }
    let mut settled = 0;
    for task in tasks {
        match task.await.unwrap() {
            Found::AlreadyPaid => {}
            found => match decision(&found) {
                Decision::Settled => settled += 1,
                Decision::Duplicate | Decision::InProgress { .. } => {}
                other => panic!("{other:?}"),
            },
        }
    }
    assert_eq!((settled, shop.runs()), (1, 1));
}

#[tokio::test]
async fn a_success_after_a_decline_is_settled() {
    let (shop, order) = Shop::with_order().await;
    shop.fake.pay(&order, TestCard::AMOUNT_EXCEED).unwrap();
    assert_eq!(shop.ask(&order).await, Found::NotYet);
    shop.fake.pay(&order, TestCard::THREE_DS).unwrap();
    assert!(shop.ask(&order).await.is_settled());
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn a_handler_that_fails_is_run_again() {
    let (shop, order) = Shop::paid_order().await;
    shop.till.fail_next(Trouble::Error);
    shop.till.fail_next(Trouble::Panic);
    let failed = shop.notify(&order, Event::EnginePaySuccess).await;
    assert_eq!(failed.reply().status, 500);
    assert_eq!(shop.state(&order).await.as_str(), "undelivered");
    let panicked = Decision::HandlerFailed(HandlerFailure::Panicked);
    assert_eq!(decision(&shop.ask(&order).await), panicked);
    assert!(shop.ask(&order).await.is_settled());
    assert_eq!(shop.till.attempts(), [3]);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_undo_the_payment() {
    let (shop, order) = Shop::paid_order().await;
    shop.till.shut();
    let (reconciler, key) = (shop.reconciler.clone(), shop.key(&order));
    let call = tokio::spawn(async move { reconciler.ask_about(&key).await });
    shop.till.begun().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    shop.till.reopen();
    let gate = shop.reconciler.gate();
    gate.drain(Duration::from_secs(5)).await.unwrap();
    assert_eq!(shop.ask(&order).await, Found::AlreadyPaid);
}

#[tokio::test]
async fn notifications_are_sent_once_by_default_and_again_where_support_set_it_up() {
    let shop = Shop::with(builder().retries(3, Duration::from_millis(20))).await;
    let order = oid(OID);
    shop.open_order(&order).await;
    // Nobody listens there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notify", nobody.local_addr().unwrap());
    drop(nobody);
    shop.fake.set_notify_url(&url).unwrap();
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    // Two events for one payment, three attempts each.
    let limit = Duration::from_secs(10);
    let all = shop
        .fake
        .wait_for_deliveries(limit, |all| all.len() == 6)
        .await
        .unwrap();
    for event in [Event::EnginePaySuccess, Event::MerchantPay] {
        let mine = all.iter().filter(|attempt| attempt.event == event);
        let numbers: Vec<_> = mine
            .map(|attempt| (attempt.attempt, attempt.status))
            .collect();
        assert_eq!(numbers, [(1, None), (2, None), (3, None)], "{event}");
    }
}
