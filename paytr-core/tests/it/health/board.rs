//! A recorder that keeps gauges, as a monitoring system sees them: reading one does not reset it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use paytr_core::metrics::{
    LEDGER_CLAIMS_OVER_LEASE, LEDGER_OLDEST_DUE, LEDGER_REFUNDS_UNDECIDED, LEDGER_REVIEWS_OPEN,
    LEDGER_UNDELIVERED,
};

/// Every gauge that was set.
#[derive(Clone, Default)]
pub(super) struct Board(Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>);

impl Board {
    pub(super) fn value(&self, name: &str) -> Option<f64> {
        let gauges = self.0.lock().unwrap();
        let gauge = gauges.get(name)?;
        Some(f64::from_bits(gauge.load(Ordering::SeqCst)))
    }

    /// The numbers of the ledger: undelivered, open reviews, undecided refunds, oldest due, claims over
    /// their lease. As a text, because fractions are not compared for equality.
    pub(super) fn numbers(&self) -> String {
        [
            LEDGER_UNDELIVERED,
            LEDGER_REVIEWS_OPEN,
            LEDGER_REFUNDS_UNDECIDED,
            LEDGER_OLDEST_DUE,
            LEDGER_CLAIMS_OVER_LEASE,
        ]
        .map(|name| self.value(name).unwrap().to_string())
        .join(" ")
    }
}

/// Runs a test with a board of its own and a clock that only the test moves.
pub(super) fn watched<F: Future<Output = ()>>(test: impl FnOnce(Board) -> F) {
    let board = Board::default();
    // One thread: the recorder is the thread's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    metrics::with_local_recorder(&board.clone(), || runtime.block_on(test(board)));
}

impl Recorder for Board {
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        assert_eq!(key.labels().count(), 0, "{key}");
        let mut gauges = self.0.lock().unwrap();
        let gauge = gauges.entry(key.name().to_owned()).or_default();
        Gauge::from_arc(gauge.clone())
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }

    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
}
