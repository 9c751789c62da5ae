//! Notices through a gate with a store: each of them once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paytr_core::api::EftBank;
use paytr_core::callback::PersonalData;
use paytr_core::gate::{
    CashoutResultGate, EftNoticeGate, Kind, NotificationGate, PlatformResultGate,
    TransferResultGate,
};
use paytr_core::paid_once::back_office::{BackOfficeLedger as _, LedgerGauges, OrderFilter};
use paytr_core::paid_once::{
    Claim, Claimant, HandlerFailure, Lease, Payment, Retention, ReviewFilter, ReviewReason,
    Settled, Standing, Unavailable,
};
use paytr_core::testing::{
    CashoutNotification, CashoutPayment, EftNotification, TransferNotification,
};
use paytr_core::{
    BoxError, Credentials, Disposition, EftNotice, Keyring, MemoryStore, OrderLedger as _,
    OrderStore, StoreError, async_trait,
};
use tokio::sync::Semaphore;

use crate::common::{KEY, SALT, credentials, keyring};

fn eft(bank: EftBank, date: &str) -> String {
    EftNotification::new("EFT0001", bank)
        .sender(date, "Ayşe", "05551112233", "12345")
        .sign(&credentials())
        .to_body()
}

fn transfer(ids: &[&str]) -> String {
    TransferNotification::new(ids.iter().copied())
        .sign(&credentials())
        .to_body()
}

fn cashout(amount: u64) -> String {
    let paid = CashoutPayment::succeeded(amount, "XYZ LTD", "TR330006100519786457841326");
    CashoutNotification::new("CO0001", &[paid], 7_500)
        .sign(&credentials())
        .to_body()
}

/// Delivers to a handler that counts its runs.
async fn deliver<K: Kind>(
    gate: &NotificationGate<K>,
    runs: &Arc<AtomicUsize>,
    body: &str,
) -> Disposition {
    let runs = runs.clone();
    let handler = move |_: K| async move {
        runs.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok::<_, BoxError>(())
    };
    gate.receive(body.as_bytes(), handler).await
}

/// Every body is another notice of its kind: each is handed over once, whatever came before.
async fn assert_once_each<K: Kind>(gate: &NotificationGate<K>, bodies: &[String]) {
    let runs = Arc::default();
    for body in bodies {
        assert_eq!(deliver(gate, &runs, body).await, Disposition::Settled);
    }
    for body in bodies {
        let again = deliver(gate, &runs, body).await;
        assert_eq!(again, Disposition::Duplicate);
        assert_eq!((again.reply().status, again.reply().body), (200, "OK"));
    }
    assert_eq!(runs.load(Ordering::SeqCst), bodies.len());
}

#[tokio::test]
async fn different_notices_of_one_order_or_id_are_each_handed_over_once() {
    let store = Arc::new(MemoryStore::new());
    let efts = [
        eft(EftBank::Ptt, "2026-01-05"),
        eft(EftBank::Teb, "2026-01-05"),
        eft(EftBank::Ptt, "2026-01-06"),
    ];
    let transfers = [
        transfer(&["TR1"]),
        transfer(&["TR1", "TR2"]),
        transfer(&["TR2", "TR1"]),
        transfer(&["TR1TR2"]),
    ];
    // Neither outcome is signed: a forged one must not hide the true one.
    let cashouts = [cashout(100), cashout(200)];
    assert_once_each(&EftNoticeGate::new(keyring()).once(store.clone()), &efts).await;
    let gate = TransferResultGate::new(keyring()).once(store.clone());
    assert_once_each(&gate, &transfers).await;
    let gate = CashoutResultGate::new(keyring()).once(store.clone());
    assert_once_each(&gate, &cashouts).await;
    // What was handled at an address of its own is not handled again where both kinds arrive.
    let both = PlatformResultGate::new(keyring()).once(store);
    let runs = Arc::default();
    for body in transfers.iter().chain(&cashouts) {
        assert_eq!(deliver(&both, &runs, body).await, Disposition::Duplicate);
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_notice_stays_handled_after_a_restart_and_another_merchants_is_another() {
    let store = Arc::new(MemoryStore::new());
    let runs = Arc::default();
    let body = eft(EftBank::Ptt, "2026-01-05");
    let gate = EftNoticeGate::new(keyring()).once(store.clone());
    assert_eq!(deliver(&gate, &runs, &body).await, Disposition::Settled);
    // Another node: other keys, other limits, and the personal data is kept.
    let newer = Credentials::new("123456", "nEwKeY1234567890", SALT).unwrap();
    let keys = Keyring::new(newer).accept_old(KEY, SALT).unwrap();
    let again = EftNoticeGate::new(keys)
        .once(store.clone())
        .handler_timeout(Duration::from_secs(5))
        .personal_data(PersonalData::Keep);
    assert_eq!(deliver(&again, &runs, &body).await, Disposition::Duplicate);
    let other = Credentials::new("654321", KEY, SALT).unwrap();
    let other = EftNoticeGate::new(Keyring::new(other)).once(store);
    assert_eq!(deliver(&other, &runs, &body).await, Disposition::Settled);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_same_notice_twice_at_the_same_time_runs_one_handler() {
    let store = Arc::new(MemoryStore::new());
    let nodes = [(); 2].map(|()| EftNoticeGate::new(keyring()).once(store.clone()));
    let (door, runs) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let body = eft(EftBank::Ptt, "2026-01-05");
    let (opened, count) = (door.clone(), runs.clone());
    let handler = move |_: EftNotice| async move {
        count.fetch_add(1, Ordering::SeqCst);
        opened.acquire().await?.forget();
        Ok::<_, BoxError>(())
    };
    let first = tokio::spawn(nodes[0].receive(body.as_bytes(), handler));
    while runs.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    for node in &nodes {
        let busy = deliver(node, &runs, &body).await;
        assert!(matches!(busy, Disposition::InProgress { .. }), "{busy:?}");
        assert_eq!(busy.reply().status, 503);
    }
    // The handler at work is among those that a shutdown waits for.
    let too_short = nodes[0].drain(Duration::from_millis(20)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    door.add_permits(1);
    assert_eq!(first.await.unwrap(), Disposition::Settled);
    assert_eq!(
        deliver(&nodes[1], &runs, &body).await,
        Disposition::Duplicate
    );
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_handler_that_does_not_succeed_is_run_again() {
    let store = Arc::new(MemoryStore::new());
    let short = Duration::from_millis(50);
    // In either order the limit is the handler's.
    let gates = [
        EftNoticeGate::new(keyring())
            .handler_timeout(short)
            .once(store.clone()),
        EftNoticeGate::new(keyring())
            .once(store.clone())
            .handler_timeout(short),
    ];
    let body = eft(EftBank::Ptt, "2026-01-05");
    for gate in &gates {
        let fails = async |_: EftNotice| Err::<(), BoxError>("full".into());
        let failed = gate.receive(body.as_bytes(), fails).await;
        assert_eq!(failed, Disposition::HandlerFailed(HandlerFailure::Error));
        let panics = |_: EftNotice| -> std::future::Ready<Result<(), BoxError>> { panic!("a bug") };
        let panicked = gate.receive(body.as_bytes(), panics).await;
        assert_eq!(
            panicked,
            Disposition::HandlerFailed(HandlerFailure::Panicked)
        );
        let hangs = async |_: EftNotice| {
            std::future::pending::<()>().await;
            Ok::<_, BoxError>(())
        };
        let hung = gate.receive(body.as_bytes(), hangs).await;
        assert_eq!(hung, Disposition::HandlerFailed(HandlerFailure::TimedOut));
    }
    // What was admitted and never run is given back too.
    let message = gates[0].verify(body.as_bytes()).unwrap();
    drop(gates[0].admit(message).await.unwrap());
    gates[0].drain(Duration::from_secs(10)).await.unwrap();
    let runs = Arc::default();
    let handled = deliver(&gates[1], &runs, &body).await;
    assert_eq!(handled, Disposition::Settled);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn limits_that_no_lease_can_have_are_taken_to_the_nearest_that_one_can() {
    for limit in [Duration::ZERO, Duration::MAX] {
        let gate = EftNoticeGate::new(keyring())
            .handler_timeout(limit)
            .once(Arc::new(MemoryStore::new()));
        let body = eft(EftBank::Ptt, "2026-01-05");
        let quick = async |_: EftNotice| Ok::<_, BoxError>(());
        let handled = gate.receive(body.as_bytes(), quick).await;
        assert_eq!(handled, Disposition::Settled);
    }
}

/// Beside the orders of the shop, whose lists do not change.
#[tokio::test]
async fn a_notice_is_no_order_and_nothing_of_it_is_ever_due_owed_or_under_review() {
    let store = Arc::new(MemoryStore::new());
    let gate = EftNoticeGate::new(keyring()).once(store.clone());
    let fails = async |_: EftNotice| Err::<(), BoxError>("full".into());
    let failing = eft(EftBank::Teb, "2026-01-05");
    let failed = gate.receive(failing.as_bytes(), fails).await;
    assert!(!failed.is_acknowledged());
    let runs = Arc::default();
    let body = eft(EftBank::Ptt, "2026-01-05");
    assert_eq!(deliver(&gate, &runs, &body).await, Disposition::Settled);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3_600)).await;
    for merchant in ["123456", "123456:eft"] {
        assert!(store.due(merchant, 9).await.unwrap().is_empty());
    }
    assert!(store.undelivered(9).await.unwrap().is_empty());
    let reviews = store.reviews(&ReviewFilter::all(), 9).await;
    assert!(reviews.unwrap().is_empty());
    assert!(
        store
            .orders(&OrderFilter::all(), 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.gauges().await.unwrap(), LedgerGauges::new());
    // It is forgotten with the failed payments.
    let retention = Retention {
        paid: Duration::from_secs(999_999),
        unpaid: Duration::from_secs(1_800),
    };
    assert_eq!(store.purge(retention, 9).await.unwrap(), 1);
    assert_eq!(deliver(&gate, &runs, &body).await, Disposition::Settled);
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_of_the_store_no_notice_is_handed_over() {
    let gate = EftNoticeGate::new(keyring()).once(Arc::new(Mute));
    let runs = Arc::default();
    let body = eft(EftBank::Ptt, "2026-01-05");
    let unavailable = deliver(&gate, &runs, &body).await;
    assert_eq!(
        unavailable,
        Disposition::Unavailable(Unavailable::Store),
        "PayTR asks again"
    );
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

/// A store that never answers.
struct Mute;

#[async_trait]
impl OrderStore for Mute {
    async fn claim(&self, _: &Payment, _: Claimant, _: Duration) -> Result<Claim, StoreError> {
        std::future::pending().await
    }

    async fn standing(&self, _: &Payment) -> Result<Standing, StoreError> {
        std::future::pending().await
    }

    async fn settle(&self, _: &Lease) -> Result<Settled, StoreError> {
        std::future::pending().await
    }

    async fn release(&self, _: &Lease, _: HandlerFailure) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn review(&self, _: &Payment, _: ReviewReason) -> Result<(), StoreError> {
        std::future::pending().await
    }
}
