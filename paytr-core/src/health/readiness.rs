use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::back_office::BackOfficeLedger;
use paid_once::{OrderKey, Reconciler, StoreError, causes};
use tokio::time::{Instant, timeout};

use super::{Condition, Report};

/// Says whether this node may get traffic, for `GET /ready`.
///
/// | part | down when |
/// |---|---|
/// | `gate` | the node [shuts down](Self::shut_down) |
/// | `ledger` | it does not read one order within the [limit](Self::ledger_limit) |
/// | `reconciler` | it took no due orders for [so long](Self::reconciler_silence) and one has been due for as long |
///
/// Whether PayTR can be reached is not asked. No other node would reach it either, so taking this one from the
/// balancer mends nothing: it takes the rest of the shop away too, and the notifications, which need the ledger
/// alone. `docs/monitoring` has an alarm for it. For the same reason `reconciler` is looked at only when it is
/// [given](Self::reconciler).
///
/// It answers the question whether to send requests here. Whether to start the process anew is another one: a
/// database that is away is no reason to.
///
/// ```
/// use std::sync::Arc;
/// use paytr_core::MemoryStore;
/// use paytr_core::health::Readiness;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let readiness = Readiness::new(Arc::new(MemoryStore::new()));
/// let report = readiness.check().await;
/// assert_eq!(report.status(), 200);
/// assert_eq!(report.to_json(), r#"{"ready":true,"parts":{"gate":"up","ledger":"up"}}"#);
///
/// // On the signal to stop, some seconds before the server stops to listen:
/// readiness.shut_down();
/// assert_eq!(readiness.check().await.status(), 503);
/// # }
/// ```
///
/// Cheap to clone; all clones are of one node.
#[derive(Clone)]
pub struct Readiness {
    ledger: Arc<dyn BackOfficeLedger>,
    /// An order that no ledger has. An answer is all that is asked for.
    nobody: OrderKey,
    ledger_limit: Duration,
    reconcilers: Vec<Reconciler>,
    silence: Duration,
    since: Instant,
    shuts_down: Arc<AtomicBool>,
}

impl Readiness {
    /// Looks at this ledger, and at nothing else so far.
    #[must_use]
    pub fn new(ledger: Arc<dyn BackOfficeLedger>) -> Self {
        // A merchant of PayTR has a number, and its orders have letters and digits.
        #[expect(clippy::expect_used, reason = "a constant")]
        let nobody = OrderKey::new("readiness", "-").expect("a constant");
        Self {
            ledger,
            nobody,
            ledger_limit: Duration::from_secs(2),
            reconcilers: Vec::new(),
            silence: Duration::from_secs(15 * 60),
            since: Instant::now(),
            shuts_down: Arc::default(),
        }
    }

    /// How long the ledger may take for one question. Default 2 s. A check asks it at most two.
    #[must_use]
    pub fn ledger_limit(mut self, limit: Duration) -> Self {
        self.ledger_limit = limit;
        self
    }

    /// Looks at this reconciler too. May be called for several, of several merchants: one that is down is
    /// enough.
    #[must_use]
    pub fn reconciler(mut self, reconciler: &Reconciler) -> Self {
        self.reconcilers.push(reconciler.clone());
        self
    }

    /// For how long a reconciler may take no orders while one is due for as long. Default 15 min; well over the
    /// interval of its rounds.
    #[must_use]
    pub fn reconciler_silence(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    /// From now on the node is not ready: the process shuts down. Call it on the signal to stop, wait until the
    /// balancer has seen it, and only then stop to listen and drain the gate: so no notification meets a
    /// closed door.
    pub fn shut_down(&self) {
        self.shuts_down.store(true, Ordering::Relaxed);
    }

    /// Looks at every part, now. It takes one cheap read of the ledger; only while a reconciler is silent, the
    /// ledger's numbers are counted as well.
    pub async fn check(&self) -> Report {
        let mut parts = vec![("gate", self.gate()), ("ledger", self.ledger().await)];
        if !self.reconcilers.is_empty() {
            parts.push(("reconciler", self.reconcilers().await));
        }
        Report::new(parts)
    }

    fn gate(&self) -> Condition {
        if self.shuts_down.load(Ordering::Relaxed) {
            Condition::Down("the process shuts down".to_owned())
        } else {
            Condition::Up
        }
    }

    async fn ledger(&self) -> Condition {
        match self.within_limit(self.ledger.get(&self.nobody)).await {
            Ok(_) => Condition::Up,
            Err(down) => down,
        }
    }

    async fn reconcilers(&self) -> Condition {
        let running = self.since.elapsed();
        let silent = |one: &Reconciler| one.since_last_take().unwrap_or(running) >= self.silence;
        if !self.reconcilers.iter().any(silent) {
            return Condition::Up;
        }
        match self.within_limit(self.ledger.gauges()).await {
            Ok(gauges) if gauges.oldest_due < Some(self.silence) => Condition::Up,
            Ok(_) => Condition::Down(format!(
                "orders are due and none was taken for {}",
                Seconds(self.silence)
            )),
            Err(_) => Condition::Down(format!(
                "no order was taken for {}, and the ledger does not say what is due",
                Seconds(self.silence)
            )),
        }
    }

    async fn within_limit<T>(
        &self,
        question: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Condition> {
        let limit = self.ledger_limit;
        match timeout(limit, question).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                // The cause may name hosts and users: it is for the log, not for the answer.
                let cause = causes(&error);
                tracing::error!(cause, "readiness: {error}");
                Err(Condition::Down("it answers with an error".to_owned()))
            }
            Err(_elapsed) => {
                tracing::error!(?limit, "readiness: the ledger did not answer in time");
                let why = format!("no answer within {}", Seconds(limit));
                Err(Condition::Down(why))
            }
        }
    }
}

/// A length of time in seconds, with the fraction only where there is one.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness")
            .field("ledger_limit", &self.ledger_limit)
            .field("reconcilers", &self.reconcilers.len())
            .field("silence", &self.silence)
            .field("shuts_down", &self.shuts_down)
            .finish_non_exhaustive()
    }
}
