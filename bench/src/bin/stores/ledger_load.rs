//! A ledger under load, and the orders that are paid: random ids of one length, as a shop makes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use async_trait::async_trait;
use paid_once::{Claim, Claimant, Currency, Money, OrderKey, OrderStore, Payment, Settled};
use tokio::task::JoinSet;

use crate::engine::{Contender, ROUND, Round};

/// A ledger as a shop uses it: every writer claims and settles one payment after the other.
pub(crate) struct LedgerLoad {
    name: &'static str,
    store: Arc<dyn OrderStore>,
}

impl LedgerLoad {
    pub(crate) fn new(name: &'static str, store: impl OrderStore) -> Self {
        let store = Arc::new(store);
        Self { name, store }
    }

    /// A round of so many payments.
    pub(crate) async fn payments(&self, writers: usize, payments: usize) -> Result<Round> {
        let taken = Arc::new(AtomicUsize::new(0));
        let more = move || taken.fetch_add(1, Ordering::Relaxed) < payments;
        self.run(writers, more).await
    }

    async fn run(
        &self,
        writers: usize,
        more: impl Fn() -> bool + Clone + Send + 'static,
    ) -> Result<Round> {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..writers {
            let (store, more) = (Arc::clone(&self.store), more.clone());
            tasks.spawn(async move {
                let mut latencies = Vec::new();
                while more() {
                    let start = Instant::now();
                    pay(&*store).await?;
                    latencies.push(start.elapsed().as_secs_f64());
                }
                anyhow::Ok(latencies)
            });
        }
        let mut latencies = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            latencies.extend(ended??);
        }
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}

#[async_trait]
impl Contender for LedgerLoad {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn round(&mut self, writers: usize) -> Result<Round> {
        let until = Instant::now() + ROUND;
        self.run(writers, move || Instant::now() < until).await
    }
}

/// One payment, claimed and settled.
async fn pay(store: &dyn OrderStore) -> Result<()> {
    let payment = payment(&next_order_id())?;
    let lease = match store.claim(&payment, Claimant::unique(), LEASE).await? {
        Claim::Granted(lease) => lease,
        other => bail!("a new payment is granted, not {other:?}"),
    };
    let settled = store.settle(&lease).await?;
    ensure!(settled == Settled::Now, "a held lease settles: {settled:?}");
    Ok(())
}

pub(crate) const MERCHANT: &str = "100001";
pub(crate) const MINOR_UNITS: u64 = 3_456;
pub(crate) const LEASE: Duration = Duration::from_mins(1);

/// Eighteen digits, never twice in one run, in no order.
pub(crate) fn next_order_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    const IDS: u64 = 1_000_000_000_000_000_000;
    // Odd and no multiple of 5: all of the first 10^18 numbers come out once.
    const STEP: u128 = 618_033_988_749_894_849;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:018}", u128::from(count) * STEP % u128::from(IDS))
}

pub(crate) fn payment(order_id: &str) -> Result<Payment> {
    let order = OrderKey::new(MERCHANT, order_id)?;
    Ok(Payment::paid(order, Money::new(MINOR_UNITS, Currency::TRY)))
}
