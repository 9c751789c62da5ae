use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use paid_once::{OrderKey, OrderRecord, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Purchase, Settlement, Verdict};

/// Asks about orders whose buyer did not come back, so that no paid sale is lost.
///
/// It asks about each open order at growing intervals, settles what is paid, and lets what expired unpaid
/// fail. What it knows of intervals it forgets when the process ends: it then asks about every open order
/// once, and the gate makes that harmless. Several processes may each run one.
///
/// ```no_run
/// use std::time::Duration;
/// use paytrek::{Reconciler, Settlement};
///
/// # async fn example(settlement: Settlement, stop: impl Future<Output = ()>) {
/// Reconciler::new(settlement)
///     .first_after(Duration::from_secs(20))
///     .run(Duration::from_secs(5), stop)
///     .await;
/// # }
/// ```
#[derive(Debug)]
pub struct Reconciler {
    settlement: Settlement,
    first_after: Duration,
    at_least_every: Duration,
    give_up_after: Duration,
    limit: u32,
    pauses: HashMap<OrderKey, Pause>,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    length: Duration,
    until: Instant,
}

/// One order that a reconciler asked about.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reconciled {
    /// What it is.
    pub purchase: Purchase,
    /// What came out: for a plan, one verdict per paid payment.
    pub verdicts: Vec<Verdict>,
}

impl Reconciler {
    /// Asks first after 30 s, then at intervals that double up to 10 minutes, and no more about sales older
    /// than 7 days. Plans are asked about for as long as the ledger has them.
    #[must_use]
    pub fn new(settlement: Settlement) -> Self {
        Self {
            settlement,
            first_after: Duration::from_secs(30),
            at_least_every: Duration::from_mins(10),
            give_up_after: Duration::from_hours(7 * 24),
            limit: 1_000,
            pauses: HashMap::new(),
        }
    }

    /// How old an order is when it is asked about first, and the first interval.
    #[must_use]
    pub fn first_after(mut self, age: Duration) -> Self {
        self.first_after = age;
        self
    }

    /// The longest interval.
    #[must_use]
    pub fn at_least_every(mut self, interval: Duration) -> Self {
        self.at_least_every = interval;
        self
    }

    /// How old a sale is when it is no longer asked about. A sale in fraud review may be accepted days later.
    #[must_use]
    pub fn give_up_after(mut self, age: Duration) -> Self {
        self.give_up_after = age;
        self
    }

    /// How many open orders are looked through at once, oldest first. Orders that stay open for good count
    /// too: [purge](paid_once::OrderLedger::purge) old ones.
    #[must_use]
    pub fn limit(mut self, orders: u32) -> Self {
        self.limit = orders;
        self
    }

    /// Does a [round](Self::round) every so often until `stop` is ready. A round that has begun is finished.
    pub async fn run(mut self, every: Duration, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut ticks = interval(every.max(Duration::from_millis(10)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.round().await {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(cause, "open orders could not be listed");
            }
        }
    }

    /// Asks once about every open order whose interval is over.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the open orders could not be listed.
    pub async fn round(&mut self) -> Result<Vec<Reconciled>, StoreError> {
        let ledger = self.settlement.ledger();
        let open = ledger.unsettled_since(self.first_after, self.limit).await?;
        let merchant = self
            .settlement
            .0
            .merchant
            .namespace(self.settlement.client().host());
        let ours: Vec<_> = open
            .into_iter()
            .filter(|record| record.order.merchant() == merchant)
            .collect();
        self.pauses
            .retain(|order, _| ours.iter().any(|record| record.order == *order));
        let mut asked = Vec::new();
        for record in ours {
            if let Some(purchase) = self.due(&record) {
                let verdicts = self.ask(&purchase).await;
                asked.push(Reconciled { purchase, verdicts });
            }
        }
        Ok(asked)
    }

    /// What to ask about now; it then pauses for twice as long as before.
    fn due(&mut self, record: &OrderRecord) -> Option<Purchase> {
        let purchase = Purchase::of(&record.order)?;
        let age = SystemTime::now().duration_since(record.opened_at);
        let is_plan = matches!(purchase, Purchase::Plan(_));
        // Without a token there is nothing to ask with.
        if record.session.is_none() || (!is_plan && age.unwrap_or_default() > self.give_up_after) {
            return None;
        }
        let now = Instant::now();
        let length = match self.pauses.get(&record.order) {
            Some(pause) if pause.until > now => return None,
            Some(pause) => pause.length.saturating_mul(2).min(self.at_least_every),
            None => self.first_after,
        };
        let pause = Pause {
            length,
            until: now + length,
        };
        self.pauses.insert(record.order.clone(), pause);
        Some(purchase)
    }

    async fn ask(&self, purchase: &Purchase) -> Vec<Verdict> {
        match purchase {
            Purchase::Sale(order) => vec![self.settlement.settle(order).await],
            Purchase::Plan(order) => match self.settlement.settle_plan(order).await {
                Ok(plan) => plan
                    .instalments
                    .into_iter()
                    .map(|(_, verdict)| verdict)
                    .collect(),
                Err(verdict) => vec![verdict],
            },
            // Its plan is asked about.
            Purchase::Instalment { .. } => Vec::new(),
        }
    }
}
