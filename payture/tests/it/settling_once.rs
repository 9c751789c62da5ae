//! The handler sees each payment once, whoever hints at it and however often.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use payture::settlement::{Event, Missing};
use payture::testing::{Fault, TestCard};
use payture::{
    BoxError, Disposition, Expected, Gate, MemoryStore, NewOrder, OrderId, OrderLedger,
    PaytureGate, State,
};

use crate::common::shop::{Shop, builder};
use crate::common::{OID, oid, roubles, terminal};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_hints_at_once_settle_once() {
    let (shop, order) = Shop::paid_order().await;
    let mut tasks = Vec::new();
    for number in 0..100 {
        let (gate, handler, order) = (shop.gate.clone(), shop.handler(), order.clone());
        let event = [Event::EnginePaySuccess, Event::CustomerPaySuccess][number % 2].clone();
        let body = shop.fake.notification_body(&order, event).unwrap();
        tasks.push(tokio::spawn(async move {
            match number % 3 {
                0 => gate.check(&order, handler).await,
                _ => gate.receive(body.as_bytes(), handler).await,
            }
        }));
    }
    let mut settled = 0;
    for task in tasks {
        match task.await.unwrap() {
            Disposition::Settled => settled += 1,
            Disposition::AlreadySettled | Disposition::InProgress { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((settled, shop.runs()), (1, 1));
}

#[tokio::test]
async fn a_success_after_a_decline_is_settled() {
    let (shop, order) = Shop::with_order().await;
    shop.fake.pay(&order, TestCard::AMOUNT_EXCEED).unwrap();
    assert_eq!(
        shop.check(&order).await,
        Disposition::NotPaid(State::Rejected)
    );
    shop.fake.pay(&order, TestCard::THREE_DS).unwrap();
    assert_eq!(shop.check(&order).await, Disposition::Settled);
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn a_handler_that_fails_is_run_again() {
    let (shop, order) = Shop::paid_order().await;
    let failed = shop
        .gate
        .check(&order, |_| async { Err::<(), BoxError>("no paper".into()) })
        .await;
    assert_eq!(failed.as_str(), "handler_failed");
    assert_eq!(failed.reply().status, 500);
    let panicked = shop.gate.check(&order, |_| async {
        panic!("a bug") as Result<(), BoxError>
    });
    assert_eq!(panicked.await.as_str(), "handler_failed");
    let attempts = Arc::new(AtomicU32::new(0));
    let seen = attempts.clone();
    let settled = shop.gate.check(&order, move |payment| async move {
        seen.store(payment.attempt(), Ordering::SeqCst);
        Ok::<_, BoxError>(())
    });
    assert_eq!(settled.await, Disposition::Settled);
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_undo_the_payment() {
    let (shop, order) = Shop::paid_order().await;
    let (begun, entered) = tokio::sync::oneshot::channel();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let (gate, asked) = (shop.gate.clone(), order.clone());
    let call = tokio::spawn(async move {
        gate.check(&asked, |_| async move {
            let _ = begun.send(());
            let _ = wait.await;
            Ok::<_, BoxError>(())
        })
        .await
    });
    entered.await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    shop.gate.drain(Duration::from_secs(5)).await.unwrap();
    assert_eq!(shop.check(&order).await, Disposition::AlreadySettled);
}

#[tokio::test]
async fn a_lost_notification_is_made_up_for_by_reconciliation() {
    let shop = Shop::open().await;
    let orders: Vec<OrderId> = (0..4).map(|_| OrderId::random()).collect();
    for order in &orders {
        shop.open_order(order).await;
    }
    for order in &orders[..3] {
        shop.fake.pay(order, TestCard::SUCCESS).unwrap();
    }
    let found = shop
        .gate
        .reconcile(Duration::ZERO, 100, shop.handler())
        .await
        .unwrap();
    assert_eq!(
        (found.settled(), found.checked.len(), shop.runs()),
        (3, 4, 3)
    );
    let again = shop
        .gate
        .reconcile(Duration::ZERO, 100, shop.handler())
        .await
        .unwrap();
    assert_eq!(
        (again.settled(), again.checked.len(), shop.runs()),
        (0, 1, 3)
    );
}

#[tokio::test]
async fn watching_an_order_ends_when_it_is_settled() {
    let (shop, order) = Shop::paid_order().await;
    for _ in 0..3 {
        shop.fake
            .fault("GetState", Fault::Answer("Ooooops!".to_owned()));
    }
    let pauses = std::iter::repeat_n(Duration::from_millis(1), 50);
    let last = shop.gate.watch(&order, pauses, shop.handler()).await;
    assert_eq!(last, Some(Disposition::Settled));
    assert_eq!((shop.asked(), shop.runs()), (4, 1));
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

/// A Payture that takes a request and never answers.
struct Mute;

#[payture::async_trait]
impl payture::settlement::StateSource for Mute {
    async fn state(
        &self,
        _order: &OrderId,
    ) -> Result<payture::OrderStatus, payture::settlement::StateError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_for_a_payture_that_says_nothing() {
    let ledger = Arc::new(MemoryStore::new());
    let gate = Gate::builder(ledger.clone(), ledger.clone())
        .build()
        .unwrap();
    let order = oid(OID);
    let expected = Expected::Exactly(roubles(1));
    let new = NewOrder::new(terminal().order_key(&order), expected);
    let _opened = ledger.open(new).await.unwrap();
    let gate = PaytureGate::new(terminal(), Arc::new(Mute), ledger, gate);
    let disposition = gate
        .check(&order, |_| async { Ok::<_, BoxError>(()) })
        .await;
    assert_eq!(disposition, Disposition::Unavailable(Missing::GetState));
}
