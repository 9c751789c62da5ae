//! The readiness check says which part is down, and nothing that nobody should know.

use std::sync::Arc;
use std::time::Duration;

use paytr_core::MemoryStore;
use paytr_core::health::{Condition, Readiness};
use tokio::time::{Instant, advance};

use super::moody_ledger::{Mood, MoodyLedger, SECRET};
use super::{MINUTE, key, open_order, reconciler};

const SILENCE: Duration = Duration::from_secs(900);

#[tokio::test(start_paused = true)]
async fn a_shop_with_all_parts_up_is_ready() {
    let store = Arc::new(MemoryStore::new());
    let readiness = Readiness::new(store.clone()).reconciler(&reconciler("123456", store));
    let report = readiness.check().await;
    assert!(report.is_ready());
    assert_eq!(report.status(), 200);
    let up = r#"{"ready":true,"parts":{"gate":"up","ledger":"up","reconciler":"up"}}"#;
    assert_eq!(report.to_json(), up);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_says_nothing_is_down_after_the_limit() {
    let ledger = MoodyLedger::new();
    ledger.is_now(Mood::Hangs);
    let begin = Instant::now();
    let report = Readiness::new(ledger.clone()).check().await;
    assert_eq!(begin.elapsed().as_secs(), 2);
    assert_eq!(report.status(), 503);
    let down = r#"{"ready":false,"parts":{"gate":"up","ledger":"down: no answer within 2 s"}}"#;
    assert_eq!(report.to_json(), down);

    let impatient = Readiness::new(ledger.clone()).ledger_limit(Duration::from_millis(500));
    let why = Condition::Down("no answer within 0.5 s".to_owned());
    assert_eq!(impatient.check().await.parts()[1], ("ledger", why));

    ledger.is_now(Mood::Answers);
    assert!(impatient.check().await.is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_is_down_and_its_cause_is_not_told() {
    let ledger = MoodyLedger::new();
    ledger.is_now(Mood::Fails);
    let report = Readiness::new(ledger).check().await;
    let why = Condition::Down("it answers with an error".to_owned());
    assert_eq!(report.parts(), [("gate", Condition::Up), ("ledger", why)]);
    assert!(!format!("{}{report:?}", report.to_json()).contains(SECRET));
}

#[tokio::test(start_paused = true)]
async fn a_node_that_shuts_down_gets_no_traffic_whichever_clone_is_asked() {
    let readiness = Readiness::new(Arc::new(MemoryStore::new()));
    readiness.clone().shut_down();
    let report = readiness.check().await;
    let down = r#"{"ready":false,"parts":{"gate":"down: the process shuts down","ledger":"up"}}"#;
    assert_eq!((report.status(), report.to_json()), (503, down.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_reconciler_is_down_when_it_takes_nothing_while_orders_are_due() {
    let store = Arc::new(MemoryStore::new());
    let reconciler = reconciler("123456", store.clone());
    let readiness = Readiness::new(store.clone()).reconciler(&reconciler);

    // Nothing is due: nothing is missed.
    advance(SILENCE * 2).await;
    assert!(readiness.check().await.is_ready());

    // Due, but not for long: it may be the next round's, here or at another node.
    open_order(&store, &key("SIPARIS0001"), Duration::ZERO).await;
    advance(MINUTE * 14).await;
    assert!(readiness.check().await.is_ready());

    advance(MINUTE).await;
    let report = readiness.check().await;
    let why = "orders are due and none was taken for 900 s".to_owned();
    assert_eq!(report.parts()[2], ("reconciler", Condition::Down(why)));
    assert_eq!(report.status(), 503);

    assert_eq!(reconciler.round().await.unwrap().len(), 1);
    assert!(readiness.check().await.is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_reconciler_at_work_is_up_though_paytr_does_not_answer() {
    let store = Arc::new(MemoryStore::new());
    open_order(&store, &key("SILENT"), Duration::ZERO).await;
    let reconciler = reconciler("123456", store.clone());
    let readiness = Readiness::new(store).reconciler(&reconciler);
    for _ in 0..60 {
        advance(MINUTE).await;
        let _ = reconciler.round().await.unwrap();
        assert!(readiness.check().await.is_ready());
    }
    assert!(reconciler.since_last_answer().is_none());
}

#[tokio::test(start_paused = true)]
async fn one_silent_reconciler_of_several_is_enough() {
    let store = Arc::new(MemoryStore::new());
    let (one, other) = (
        reconciler("123456", store.clone()),
        reconciler("765432", store.clone()),
    );
    let readiness = Readiness::new(store.clone()).reconciler(&one);
    let readiness = readiness.reconciler(&other).reconciler_silence(MINUTE);
    open_order(&store, &key("SIPARIS0001"), Duration::ZERO).await;
    advance(MINUTE).await;
    let _ = other.round().await.unwrap();
    assert!(!readiness.check().await.is_ready());
    let _ = one.round().await.unwrap();
    assert!(readiness.check().await.is_ready());
}

#[tokio::test(start_paused = true)]
async fn what_is_due_is_not_known_while_the_ledger_does_not_answer() {
    let ledger = MoodyLedger::new();
    let silent = reconciler("123456", Arc::new(MemoryStore::new()));
    let readiness = Readiness::new(ledger.clone()).reconciler(&silent);
    ledger.is_now(Mood::Hangs);
    let begin = Instant::now();
    let two_down = |report: paytr_core::health::Report| {
        let parts = report.parts().iter();
        parts.filter(|(_, part)| *part != Condition::Up).count()
    };
    assert_eq!(two_down(readiness.check().await), 1);
    advance(SILENCE).await;
    assert_eq!(two_down(readiness.check().await), 2);
    assert_eq!(begin.elapsed(), SILENCE + Duration::from_secs(6));
}
