use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use metrics::gauge;
use paid_once::back_office::{BackOfficeLedger, LedgerGauges};
use paid_once::{Reconciler, causes};
use tokio::time::timeout;

use crate::metrics::{
    LAST_INQUIRY, LEDGER_CHECKED, LEDGER_CLAIMS_OVER_LEASE, LEDGER_OLDEST_DUE,
    LEDGER_REFUNDS_UNDECIDED, LEDGER_REVIEWS_OPEN, LEDGER_UNDELIVERED, LEDGER_UP,
};

/// Reads how the ledger stands every so often, and sets the gauges of [`metrics`](crate::metrics).
///
/// One on each node is enough. They count the same ledger, so take the largest of the nodes' numbers, not their
/// sum.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use paytr_core::MemoryStore;
/// use paytr_core::health::Watch;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let stop = async {};
/// let ledger = Arc::new(MemoryStore::new());
/// let watch = Watch::new(ledger); // .reconciler(&reconciler)
/// tokio::spawn(async move { watch.run(Duration::from_secs(30), stop).await });
/// # }
/// ```
#[derive(Clone)]
pub struct Watch {
    ledger: Arc<dyn BackOfficeLedger>,
    limit: Duration,
    reconcilers: Vec<Reconciler>,
}

impl Watch {
    /// Reads this ledger.
    #[must_use]
    pub fn new(ledger: Arc<dyn BackOfficeLedger>) -> Self {
        Self {
            ledger,
            limit: Duration::from_secs(10),
            reconcilers: Vec::new(),
        }
    }

    /// Reports the last successful inquiry of this reconciler too. May be called for several, of several
    /// merchants: the latest of them is told.
    #[must_use]
    pub fn reconciler(mut self, reconciler: &Reconciler) -> Self {
        self.reconcilers.push(reconciler.clone());
        self
    }

    /// How long the ledger may take to count. Default 10 s; past it the ledger is told to be down.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Reads the ledger once and sets the gauges. Where the ledger does not answer, its numbers stay what they
    /// were and [`LEDGER_UP`] is 0.
    pub async fn refresh(&self) {
        let is_up = match timeout(self.limit, self.ledger.gauges()).await {
            Ok(Ok(numbers)) => {
                show(&numbers);
                true
            }
            Ok(Err(error)) => {
                let cause = causes(&error);
                tracing::error!(cause, "the ledger's numbers could not be read: {error}");
                false
            }
            Err(_elapsed) => {
                let limit = self.limit;
                tracing::error!(?limit, "the ledger's numbers could not be read in time");
                false
            }
        };
        gauge!(LEDGER_UP).set(f64::from(u8::from(is_up)));
        gauge!(LEDGER_CHECKED).set(unix_seconds(Duration::ZERO));
        self.show_last_inquiry();
    }

    /// [Refreshes](Self::refresh) at once and then every so often, until `stop` is ready. Half a minute is a
    /// good interval: the ledger counts anew each time.
    pub async fn run(&self, every: Duration, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            self.refresh().await;
            if timeout(every, stop.as_mut()).await.is_ok() {
                return;
            }
        }
    }

    fn show_last_inquiry(&self) {
        if self.reconcilers.is_empty() {
            return;
        }
        let ages = self.reconcilers.iter();
        let youngest = ages.filter_map(Reconciler::since_last_answer).min();
        gauge!(LAST_INQUIRY).set(youngest.map_or(0.0, unix_seconds));
    }
}

fn show(numbers: &LedgerGauges) {
    let oldest_due = numbers.oldest_due.unwrap_or_default();
    gauge!(LEDGER_UNDELIVERED).set(number(numbers.undelivered));
    gauge!(LEDGER_REVIEWS_OPEN).set(number(numbers.reviews_open));
    gauge!(LEDGER_REFUNDS_UNDECIDED).set(number(numbers.refunds_undecided));
    gauge!(LEDGER_OLDEST_DUE).set(oldest_due);
    gauge!(LEDGER_CLAIMS_OVER_LEASE).set(number(numbers.claims_over_lease));
}

/// No ledger has so many of anything that waits that the limit is reached.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// When it was `age` ago, by the system's clock.
fn unix_seconds(age: Duration) -> f64 {
    let then = SystemTime::now().checked_sub(age);
    let since = then.and_then(|then| then.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.unwrap_or_default().as_secs_f64()
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("limit", &self.limit)
            .field("reconcilers", &self.reconcilers.len())
            .finish_non_exhaustive()
    }
}
