//! Orders that the provider is to be asked about, among many that it is not yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use async_trait::async_trait;
use paid_once::Currency;
use paid_once::{Expected, Money, NewOrder, Opened, OrderKey, OrderLedger};
use tokio::task::JoinSet;

use crate::contender::Round;
use crate::growth::Grown;
use crate::orders::{MERCHANT, MINOR_UNITS, next_order_id};

/// When the others are due: long after the benchmark.
pub(crate) const LATER: Duration = Duration::from_hours(24);
/// Orders that a round makes due and takes, in full calls.
const ORDERS: usize = 30 * LIMIT as usize;
const LIMIT: u32 = 32;
/// Open them at a time.
const OPENING: usize = 32;

/// A ledger of which one caller takes what is due.
pub(crate) struct Taking(Arc<dyn OrderLedger>);

impl Taking {
    pub(crate) fn new(ledger: impl OrderLedger) -> Self {
        Self(Arc::new(ledger))
    }

    /// Opens so many orders that are due after `age`.
    pub(crate) async fn open(&self, orders: usize, writers: usize, age: Duration) -> Result<()> {
        let mut tasks = JoinSet::new();
        for first in 0..writers {
            let ledger = Arc::clone(&self.0);
            tasks.spawn(async move {
                for _ in (first..orders).step_by(writers) {
                    let order = OrderKey::new(MERCHANT, next_order_id())?;
                    let expected = Expected::Exactly(Money::new(MINOR_UNITS, Currency::TRY));
                    let order = NewOrder::new(order, expected).with_inquire_after(age);
                    let opened = ledger.open(order).await?;
                    ensure!(opened == Opened::New, "a new order is opened: {opened:?}");
                }
                Ok(())
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        Ok(())
    }
}

#[async_trait]
impl Grown for Taking {
    const MEASURED: &'static str =
        "one caller, 32 at a time: time per order taken among open orders";

    async fn round(&self) -> Result<Round> {
        self.open(ORDERS, OPENING, Duration::ZERO).await?;
        let start = Instant::now();
        let (mut taken, mut latencies) = (0, Vec::new());
        while taken < ORDERS {
            let start = Instant::now();
            let due = self.0.take_due(MERCHANT, LIMIT, LATER).await?;
            ensure!(!due.is_empty(), "all that is due is taken: {taken}");
            taken += due.len();
            // Each of them took as long as all.
            latencies.extend(due.iter().map(|_| start.elapsed().as_secs_f64()));
        }
        ensure!(taken == ORDERS, "and nothing else: {taken}");
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}
