//! The handler sees each payment once, whoever hints at it and however often.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use paid_once::Decision;
use paid_once::inquiry::Found;
use payture::settlement::{Event, Missing};
use payture::testing::{Edit, TestCard};
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

/// An order that nobody will ever pay is asked about again, but it never stands in the way of others.
#[tokio::test]
async fn a_lost_notification_is_made_up_for_however_many_orders_are_abandoned() {
    let shop = Shop::open().await;
    let price = Expected::Exactly(roubles(1));
    for _ in 0..200 {
        shop.expect(&OrderId::random(), price).await;
    }
    let order = oid(OID);
    shop.open_order(&order).await;
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let reconciler = shop.gate.reconciler(shop.handler()).build();
    let found = reconciler.round().await.unwrap();
    let settled = found.iter().filter(|one| one.found.is_settled());
    assert_eq!((settled.count(), found.len(), shop.runs()), (1, 201, 1));
    let again = reconciler.round().await.unwrap();
    assert_eq!((again.len(), shop.runs()), (0, 1), "none is due yet");
}

#[tokio::test]
async fn the_reconciler_tells_money_that_is_not_as_it_should_be() {
    use paid_once::ReviewReason::{ReadBackContradicted, RefundedBefore};
    let review = |why| Found::Review(why, Decision::RefusedForReview(why));
    for (edit, expected) in [
        (Edit::State(State::Refunded), review(RefundedBefore)),
        (Edit::State(State::Chargeback), review(RefundedBefore)),
        (Edit::Forwarded, review(ReadBackContradicted)),
        (Edit::MerchantContract("Other".to_owned()), review(ReadBackContradicted)),
        (Edit::State(State::Authorized), Found::NotYet),
        (Edit::State(State::from_wire("PendingRefund")), Found::Unavailable),
        (Edit::AnswersAs("another".to_owned()), Found::Unavailable),
    ] {
        let (shop, order) = Shop::paid_order().await;
        shop.fake.edit(&order, edit).unwrap();
        let reconciler = shop.gate.reconciler(shop.handler()).build();
        let found = reconciler.round().await.unwrap();
        assert_eq!(found[0].found, expected);
        assert_eq!(shop.runs(), 0);
        let reviews = usize::from(matches!(expected, Found::Review(..)));
        assert_eq!(shop.reviews().await.len(), reviews);
    }
}

#[tokio::test]
async fn a_handler_that_failed_gets_the_payment_from_the_reconciler() {
    let (shop, order) = Shop::paid_order().await;
    let failed = shop
        .gate
        .check(&order, |_| async { Err::<(), BoxError>("no paper".into()) })
        .await;
    assert_eq!(failed.as_str(), "handler_failed");
    let reconciler = shop.gate.reconciler(shop.handler()).build();
    let key = shop.client.terminal().order_key(&order);
    let asked = reconciler.ask_about(&key).await.unwrap().unwrap();
    assert_eq!(asked.record.state.as_str(), "undelivered");
    assert!(asked.found.is_settled());
    assert_eq!(shop.runs(), 1);
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
