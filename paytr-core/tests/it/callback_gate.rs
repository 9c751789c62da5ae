//! Every disposition that a notification can end in here, and what PayTR is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use captured_log::CapturedLog;
use paid_once::{Claim, Claimant, Settled, Standing};
use paytr_core::callback::CallbackError;
use paytr_core::paid_once::{HandlerFailure, Lease, ReviewReason, Unavailable};
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    BoxError, CallbackGate, Credentials, Disposition, Expected, ExpectedAmount, Gate, MemoryStore,
    OrderKey, OrderStore, PaymentCallback, StoreError, async_trait,
};
use tokio::sync::Notify;

use crate::common::shop::{Shop, failed, lira, success};
use crate::common::{credentials, keyring};

type Never = Result<(), BoxError>;

fn signed(notification: PaymentNotification) -> Vec<u8> {
    notification.sign(&credentials()).to_body().into_bytes()
}

#[tokio::test]
async fn a_success_is_settled_once_and_a_duplicate_ever_after() {
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    for _ in 0..3 {
        let again = shop.deliver(success()).await;
        assert_eq!(again, Disposition::Duplicate);
        assert_eq!((again.reply().status, again.reply().body), (200, "OK"));
    }
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn the_span_of_a_notification_has_its_attempt_and_its_end() {
    let shop = Shop::with_order().await;
    let log = CapturedLog::start();
    let handler = |payment: paytr_core::VerifiedPayment| async move {
        tracing::info!(?payment, "booked");
        Ok::<_, BoxError>(())
    };
    let body = signed(success());
    let disposition = shop.gate.receive(&body, handler).await;
    assert_eq!(disposition, Disposition::Settled);
    let text = log.text();
    for line in [
        "recorded attempt=1",
        "recorded disposition=\"settled\"",
        "payment=VerifiedPayment { merchant_oid: \"SIPARIS0001\"",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[tokio::test]
async fn a_success_after_a_failure_is_delivered_and_a_failure_after_it_is_superseded() {
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(failed()).await, Disposition::Settled);
    assert_eq!(shop.deliver(failed()).await, Disposition::Duplicate);
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    assert_eq!(shop.deliver(failed()).await, Disposition::Superseded);
    assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
    assert_eq!(shop.runs(), 2);
}

#[tokio::test]
async fn a_second_success_with_another_total_is_a_recorded_conflict() {
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    let other = PaymentNotification::success("SIPARIS0001", 1_100);
    assert_eq!(
        shop.deliver(other.clone()).await,
        Disposition::ConflictRecorded
    );
    assert_eq!(shop.deliver(other).await, Disposition::ConflictRecorded);
    assert_eq!(shop.runs(), 1);
    assert_eq!(shop.reviews().await, [ReviewReason::Conflict]);
}

#[tokio::test]
async fn two_orders_interleaved_do_not_touch_each_other() {
    let shop = Shop::with_order().await;
    shop.open("SIPARIS0002", Expected::AtLeast(lira(2_000)))
        .await;
    let second = || PaymentNotification::success("SIPARIS0002", 2_000);
    assert_eq!(shop.deliver(failed()).await, Disposition::Settled);
    assert_eq!(shop.deliver(second()).await, Disposition::Settled);
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    assert_eq!(shop.deliver(second()).await, Disposition::Duplicate);
    let second_failed = PaymentNotification::failed("SIPARIS0002", "0");
    assert_eq!(shop.deliver(second_failed).await, Disposition::Superseded);
    assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
    assert_eq!(shop.runs(), 3);
}

#[tokio::test]
async fn a_forgery_is_refused_and_leaves_no_trace_in_the_store() {
    let shop = Shop::with_order().await;
    let stranger = Credentials::new("123456", "sTrAnGeRkEy12345", "sTrAnGeRsAlT1234").unwrap();
    let forged = shop.deliver_signed_by(&stranger, success()).await;
    assert_eq!(forged, Disposition::Refused(CallbackError::BadHash));
    assert_eq!(forged.reply().body, "PAYTR notification failed: bad hash");
    let malformed = shop.deliver_body("merchant_oid=SIPARIS0001").await;
    assert!(matches!(
        malformed,
        Disposition::Refused(CallbackError::Malformed(_))
    ));
    assert_eq!(
        malformed.reply().body,
        "PAYTR notification failed: bad request"
    );
    assert_eq!(shop.runs(), 0);
    assert!(shop.reviews().await.is_empty());
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}

#[tokio::test]
async fn an_old_key_settles_and_the_handler_sees_which_key_it_was() {
    let store = Arc::new(MemoryStore::new());
    let old = Credentials::new("123456", "oLdKeY9876543210", "oLdSaLt987654321").unwrap();
    let keyring = keyring()
        .accept_old("oLdKeY9876543210", "oLdSaLt987654321")
        .unwrap();
    let gate = Gate::builder(store.clone(), store).build().unwrap();
    let gate = CallbackGate::new(keyring, gate);
    let seen = Arc::new(AtomicUsize::new(9));
    let handler_sees = seen.clone();
    let body = failed().sign(&old).to_body();
    let disposition = gate
        .receive(body.as_bytes(), move |payment| async move {
            handler_sees.store(
                payment.key_index().unwrap().get() as usize,
                Ordering::SeqCst,
            );
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(disposition, Disposition::Settled);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_handler_sees_signed_values_apart_from_unsigned_ones() {
    let shop = Shop::with_order().await;
    let body = signed(
        PaymentNotification::success("SIPARIS0001", 1_089)
            .field("payment_amount", "1000")
            .field("payment_type", "card")
            .field("installment_count", "6"),
    );
    let disposition = shop
        .gate
        .receive(&body, |payment| async move {
            assert_eq!(payment.merchant_oid(), "SIPARIS0001");
            assert_eq!(payment.total(), Some(lira(1_089)));
            assert_eq!(payment.payment().requested, Some(lira(1_000)));
            assert!(payment.is_paid());
            assert_eq!(payment.attempt(), 1);
            assert_eq!(payment.unsigned().payment_type().as_deref(), Some("card"));
            assert_eq!(payment.unsigned().installment_count(), Some(6));
            let names: Vec<_> = payment.unsigned().iter().map(|(name, _)| name).collect();
            assert_eq!(
                names,
                ["payment_amount", "payment_type", "installment_count"]
            );
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(disposition, Disposition::Settled);
}

#[tokio::test]
async fn a_failed_or_panicked_handler_is_not_acknowledged_and_runs_again_as_attempt_two() {
    let shop = Shop::with_order().await;
    let body = signed(success());
    let failing = |_payment| async { Err::<(), BoxError>("the shop's database is away".into()) };
    let disposition = shop.gate.receive(&body, failing).await;
    assert_eq!(
        disposition,
        Disposition::HandlerFailed(HandlerFailure::Error)
    );
    assert_eq!(disposition.reply().status, 500);
    assert_eq!(
        disposition.reply().body,
        "PAYTR notification failed: handler error"
    );
    let panicking = |payment: paytr_core::VerifiedPayment| async move {
        assert_eq!(payment.attempt(), 1, "a panic on purpose");
        Never::Ok(())
    };
    let disposition = shop.gate.receive(&body, panicking).await;
    assert_eq!(
        disposition,
        Disposition::HandlerFailed(HandlerFailure::Panicked)
    );
    assert_eq!(
        shop.deliver_body(std::str::from_utf8(&body).unwrap()).await,
        Disposition::Settled
    );
    assert_eq!(shop.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_stopped_and_the_next_delivery_may_try() {
    let shop = Shop::with_order().await;
    let hanging = |_payment| std::future::pending::<Never>();
    let disposition = shop.gate.receive(&signed(success()), hanging).await;
    assert_eq!(
        disposition,
        Disposition::HandlerFailed(HandlerFailure::TimedOut)
    );
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}

#[tokio::test]
async fn a_copy_that_comes_while_the_handler_runs_is_told_to_come_again() {
    let shop = Shop::with_order().await;
    let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (says_started, may_finish) = (started.clone(), finish.clone());
    let gate = shop.gate.clone();
    let first = tokio::spawn(async move {
        let handler = move |_payment| async move {
            says_started.notify_one();
            may_finish.notified().await;
            Never::Ok(())
        };
        gate.receive(&signed(success()), handler).await
    });
    started.notified().await;
    for copy in [
        success(),
        failed(),
        PaymentNotification::success("SIPARIS0001", 1_100),
    ] {
        let busy = shop.deliver(copy).await;
        assert!(matches!(busy, Disposition::InProgress { .. }), "{busy:?}");
        assert_eq!(busy.reply().status, 503);
        assert!(
            busy.reply()
                .retry_after
                .is_some_and(|seconds| (1..=60).contains(&seconds))
        );
    }
    finish.notify_one();
    assert_eq!(first.await.unwrap(), Disposition::Settled);
    assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_handler() {
    let shop = Shop::with_order().await;
    let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (says_started, may_finish) = (started.clone(), finish.clone());
    let gate = shop.gate.clone();
    let caller = tokio::spawn(async move {
        let handler = move |_payment| async move {
            says_started.notify_one();
            may_finish.notified().await;
            Never::Ok(())
        };
        gate.receive(&signed(success()), handler).await
    });
    started.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    finish.notify_one();
    shop.gate.drain(Duration::from_secs(10)).await.unwrap();
    assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_outlives_its_lease_is_not_acknowledged() {
    let shop = Shop::with_order().await;
    let callback = || PaymentCallback::verify(&keyring(), &signed(success())).unwrap();
    let first = shop.gate.admit(callback()).await.unwrap();
    tokio::time::advance(Duration::from_secs(61)).await;
    let second = shop.gate.admit(callback()).await.unwrap();
    assert_eq!(second.handled().attempt(), 2);
    let late = first.settle().await;
    assert_eq!(late, Disposition::HandlerFailed(HandlerFailure::LeaseLost));
    assert_eq!(late.reply().status, 500);
    assert_eq!(second.settle().await, Disposition::Settled);
}

#[tokio::test]
async fn a_claim_that_is_dropped_or_released_is_free_again() {
    let shop = Shop::with_order().await;
    let callback = || PaymentCallback::verify(&keyring(), &signed(success())).unwrap();
    drop(shop.gate.admit(callback()).await.unwrap());
    shop.gate.drain(Duration::from_secs(10)).await.unwrap();
    let claimed = shop.gate.admit(callback()).await.unwrap();
    let released = claimed.release().await;
    assert_eq!(released, Disposition::HandlerFailed(HandlerFailure::Error));
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_hundred_copies_at_once_run_the_handler_once() {
    let shop = Arc::new(Shop::with_order().await);
    let copies: Vec<_> = (0..100)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.deliver(success()).await })
        })
        .collect();
    let mut settled = 0;
    for copy in copies {
        match copy.await.unwrap() {
            Disposition::Settled => settled += 1,
            Disposition::Duplicate | Disposition::InProgress { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((settled, shop.runs()), (1, 1));
    for _ in 0..100 {
        assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
    }
}

const INNER_DETAIL: &str = "password=hunter2 host=10.0.0.7";

/// A store and ledger that is away, in the chosen parts.
struct Away {
    ledger_answers: bool,
}

#[async_trait]
impl OrderStore for Away {
    async fn claim(
        &self,
        _: &paytr_core::paid_once::Payment,
        _: Claimant,
        _: Duration,
    ) -> Result<Claim, StoreError> {
        Err(StoreError::new(INNER_DETAIL))
    }

    async fn settle(&self, _: &Lease) -> Result<Settled, StoreError> {
        Err(StoreError::new(INNER_DETAIL))
    }

    async fn standing(&self, _: &paytr_core::paid_once::Payment) -> Result<Standing, StoreError> {
        Err(StoreError::new(INNER_DETAIL))
    }

    async fn release(&self, _: &Lease, _: HandlerFailure) -> Result<(), StoreError> {
        Err(StoreError::new(INNER_DETAIL))
    }

    async fn review(
        &self,
        _: &paytr_core::paid_once::Payment,
        _: ReviewReason,
    ) -> Result<(), StoreError> {
        Err(StoreError::new(INNER_DETAIL))
    }
}

#[async_trait]
impl ExpectedAmount for Away {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        if self.ledger_answers {
            Ok(Expected::AtLeast(lira(1_000)))
        } else {
            Err(INNER_DETAIL.into())
        }
    }
}

#[tokio::test]
async fn a_store_or_ledger_that_is_away_fails_closed_and_tells_nothing() {
    let short = PaymentNotification::success("SIPARIS0001", 1);
    for (ledger_answers, notification, what) in [
        (true, success(), Unavailable::Store),
        // The review cannot be recorded either.
        (true, short, Unavailable::Store),
        (true, success().field("test_mode", "1"), Unavailable::Store),
        (false, success(), Unavailable::ExpectedAmount),
    ] {
        let away = Arc::new(Away { ledger_answers });
        let gate = Gate::builder(away.clone(), away).build().unwrap();
        let gate = CallbackGate::new(keyring(), gate);
        let handler = |_payment| async { panic!("the handler must not run") };
        let body = signed(notification);
        let disposition = gate.receive::<_, _, BoxError>(&body, handler).await;
        assert_eq!(disposition, Disposition::Unavailable(what));
        let reply = disposition.reply();
        assert_eq!(
            (reply.status, reply.body),
            (503, "PAYTR notification failed: unavailable")
        );
        assert!(!format!("{disposition:?}{reply:?}").contains("hunter2"));
    }
}
