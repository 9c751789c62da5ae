//! A ledger under load.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use async_trait::async_trait;
use bench::payments::{LEASE, next_order_id, payment};
use paid_once::{Claim, Claimant, OrderStore, Settled};
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
