//! The gauges tell how the ledger stands, and do not stand still unseen.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paytr_core::health::Watch;
use paytr_core::metrics::{LAST_INQUIRY, LEDGER_CHECKED, LEDGER_REVIEWS_OPEN, LEDGER_UP};
use paytr_core::paid_once::refund::{NewRefund, RefundLedger as _, Reservation};
use paytr_core::paid_once::{
    Claim, Claimant, HandlerFailure, Lease, Payment, Resolution, Resolving, ReviewFilter,
    ReviewReason,
};
use paytr_core::{MemoryStore, OrderKey, OrderLedger as _, OrderStore as _};
use tokio::time::{Instant, advance, sleep};

use super::board::watched;
use super::moody_ledger::{Mood, MoodyLedger};
use super::{MINUTE, key, open_order, reconciler, ten_lira};

fn paid(id: &str) -> Payment {
    Payment::paid(key(id), ten_lira())
}

/// Claims a success of an order for a minute.
async fn claim(store: &MemoryStore, id: &str) -> Lease {
    let payment = paid(id);
    let claim = store.claim(&payment, Claimant::unique(), MINUTE);
    match claim.await.unwrap() {
        Claim::Granted(lease) => lease,
        other => panic!("{other:?}"),
    }
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

#[test]
fn an_empty_ledger_is_up_and_nothing_waits() {
    watched(|board| async move {
        Watch::new(Arc::new(MemoryStore::new())).refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");
        assert_eq!(board.value(LEDGER_UP), Some(1.0));
        assert!((now() - board.value(LEDGER_CHECKED).unwrap()).abs() < 60.0);
        assert_eq!(board.value(LAST_INQUIRY), None);
    });
}

#[test]
fn an_undelivered_order_counts_until_it_is_delivered() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        let lease = claim(&store, "SIPARIS0001").await;
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");

        store.release(&lease, HandlerFailure::Error).await.unwrap();
        watch.refresh().await;
        assert_eq!(board.numbers(), "1 0 0 0 0");

        let lease = claim(&store, "SIPARIS0001").await;
        let _ = store.settle(&lease).await.unwrap();
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");
    });
}

#[test]
fn a_review_counts_until_it_is_resolved() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        for id in ["SIPARIS0001", "SIPARIS0002"] {
            let why = ReviewReason::AmountMismatch;
            store.review(&paid(id), why).await.unwrap();
        }
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 2 0 0 0");

        let open = store.reviews(&ReviewFilter::open(), 1).await.unwrap();
        let resolved = store.resolve(open[0].id, Resolution::Dismissed, "Ayşe", "");
        assert_eq!(resolved.await.unwrap(), Resolving::Now);
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 1 0 0 0");
    });
}

#[test]
fn a_refund_counts_until_it_is_decided() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        let lease = claim(&store, "SIPARIS0001").await;
        let _ = store.settle(&lease).await.unwrap();
        let refund = NewRefund::new(key("SIPARIS0001"), "IADE1", ten_lira());
        assert_eq!(store.reserve(&refund).await.unwrap(), Reservation::Granted);
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 1 0 0");

        store.confirm(&refund.order, "IADE1").await.unwrap();
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");
    });
}

#[test]
fn the_order_that_is_due_longest_says_for_how_long() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        open_order(&store, &key("SIPARIS0001"), MINUTE).await;
        open_order(&store, &key("SIPARIS0002"), MINUTE * 2).await;
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");

        advance(Duration::from_secs(150)).await;
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 90 0");

        let _ = reconciler("123456", store).round().await.unwrap();
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");
    });
}

#[test]
fn a_claim_whose_handler_died_counts_once_its_lease_is_over() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        let _dead = claim(&store, "SIPARIS0001").await;
        advance(Duration::from_secs(59)).await;
        watch.refresh().await;
        assert_eq!(board.numbers(), "0 0 0 0 0");

        advance(Duration::from_secs(6)).await;
        watch.refresh().await;
        assert_eq!(board.numbers(), "1 0 0 5 1");
    });
}

#[test]
fn a_ledger_that_is_down_is_told_and_the_last_numbers_stay() {
    for mood in [Mood::Fails, Mood::Hangs] {
        watched(|board| async move {
            let ledger = MoodyLedger::new();
            let why = ReviewReason::AmountMismatch;
            ledger
                .store
                .review(&paid("SIPARIS0001"), why)
                .await
                .unwrap();
            let watch = Watch::new(ledger.clone()).limit(MINUTE);
            watch.refresh().await;
            let checked = board.value(LEDGER_CHECKED).unwrap();

            ledger.is_now(mood);
            ledger
                .store
                .review(&paid("SIPARIS0002"), why)
                .await
                .unwrap();
            watch.refresh().await;
            assert_eq!(board.value(LEDGER_UP), Some(0.0), "{mood:?}");
            assert_eq!(board.numbers(), "0 1 0 0 0");
            assert!(board.value(LEDGER_CHECKED).unwrap() > checked, "{mood:?}");

            ledger.is_now(Mood::Answers);
            watch.refresh().await;
            assert_eq!(board.value(LEDGER_UP), Some(1.0));
            assert_eq!(board.numbers(), "0 2 0 0 0");
        });
    }
}

#[test]
fn the_last_inquiry_is_the_latest_answer_of_any_reconciler() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let (one, other) = (
            reconciler("123456", store.clone()),
            reconciler("765432", store.clone()),
        );
        let watch = Watch::new(store.clone())
            .reconciler(&one)
            .reconciler(&other);
        open_order(&store, &key("SILENT"), Duration::ZERO).await;
        let _ = (one.round().await.unwrap(), other.round().await.unwrap());
        watch.refresh().await;
        assert_eq!(board.value(LAST_INQUIRY), Some(0.0));

        for (reconciler, minutes) in [(&one, 60), (&other, 30)] {
            let order = OrderKey::new(reconciler.merchant(), "SIPARIS0001").unwrap();
            open_order(&store, &order, Duration::ZERO).await;
            assert_eq!(reconciler.round().await.unwrap().len(), 1);
            advance(MINUTE * minutes).await;
            watch.refresh().await;
            let age = now() - board.value(LAST_INQUIRY).unwrap();
            assert!((age - f64::from(minutes) * 60.0).abs() < 60.0, "{age}");
        }
    });
}

#[test]
fn a_watch_refreshes_at_once_and_every_so_often_until_it_is_stopped() {
    watched(|board| async move {
        let store = Arc::new(MemoryStore::new());
        let watch = Watch::new(store.clone());
        let stop = sleep(Duration::from_secs(40));
        let running = tokio::spawn(async move { watch.run(MINUTE / 2, stop).await });
        sleep(Duration::from_secs(1)).await;
        assert_eq!(board.value(LEDGER_UP), Some(1.0));

        let why = ReviewReason::Conflict;
        store.review(&paid("SIPARIS0001"), why).await.unwrap();
        sleep(Duration::from_secs(28)).await;
        assert_eq!(board.value(LEDGER_REVIEWS_OPEN), Some(0.0));
        sleep(Duration::from_secs(2)).await;
        assert_eq!(board.value(LEDGER_REVIEWS_OPEN), Some(1.0));

        let begin = Instant::now();
        running.await.unwrap();
        assert_eq!(begin.elapsed().as_secs(), 9);
    });
}
