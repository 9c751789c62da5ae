//! The life of an order, step by step, with the time of each step.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bench::payments::{LEASE, MERCHANT, next_order_id, price};
use bench::stats::float;
use paid_once::{
    Claim, Claimant, Expected, Lease, NewOrder, Opened, OrderKey, OrderLedger, Payment, Retention,
    Settled,
};
use tokio::task::JoinSet;

/// When the orders that are not asked about are due: long after the benchmark.
pub(crate) const LATER: Duration = Duration::from_hours(24);
/// What is done is past it at once: a purge takes the oldest orders that there are.
pub(crate) const AT_ONCE: Retention = Retention {
    paid: Duration::ZERO,
    unpaid: Duration::ZERO,
};
/// Orders that are forgotten in one call.
pub(crate) const BATCH: u32 = 100;
/// Orders that are taken in one call.
const LIMIT: u32 = 32;

/// What is measured, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Open,
    Claim,
    Settle,
    TakeDue,
    Purge,
}

impl Step {
    pub(crate) const ALL: [Self; 5] = [
        Self::Open,
        Self::Claim,
        Self::Settle,
        Self::TakeDue,
        Self::Purge,
    ];

    /// As in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claim => "claim",
            Self::Settle => "settle",
            Self::TakeDue => "take due, 32 at a time",
            Self::Purge => "purge, 100 at a time",
        }
    }
}

/// How much a round does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Callers at a time that open, claim and settle. One takes and purges.
    pub(crate) writers: usize,
    /// Orders that are opened, claimed and settled.
    pub(crate) payments: usize,
    /// Orders that are opened, taken because they are due, and closed.
    pub(crate) due: usize,
}

/// Seconds per order of each step. As many orders are there afterwards as before.
pub(crate) async fn round(ledger: &Arc<dyn OrderLedger>, load: Load) -> Result<[f64; 5]> {
    let Load {
        writers,
        payments,
        due,
    } = load;
    let (opening, orders) = open(ledger, writers, payments, LATER).await?;
    let (claiming, leases) = each(ledger, writers, orders, claim).await?;
    let (settling, _) = each(ledger, writers, leases, settle).await?;

    open(ledger, writers, due, Duration::ZERO).await?;
    let (taking, orders) = take(&**ledger, due).await?;
    each(ledger, writers, orders, close).await?;
    let purging = purge(&**ledger, payments + due).await?;
    Ok([opening, claiming, settling, taking, purging])
}

/// Claims and settles so many orders that were never opened: seconds per order.
pub(crate) async fn pay(
    ledger: &Arc<dyn OrderLedger>,
    writers: usize,
    payments: usize,
) -> Result<f64> {
    let pay = async |ledger: Arc<dyn OrderLedger>, order| {
        let lease = claim(Arc::clone(&ledger), order).await?;
        settle(ledger, lease).await
    };
    Ok(each(ledger, writers, new_orders(payments)?, pay).await?.0)
}

/// Forgets so many orders: seconds per order.
pub(crate) async fn purge(ledger: &dyn OrderLedger, orders: usize) -> Result<f64> {
    let start = Instant::now();
    let mut left = u32::try_from(orders)?;
    while left > 0 {
        let purged = ledger.purge(AT_ONCE, left.min(BATCH)).await?;
        ensure!(purged > 0, "{left} more are there to purge");
        left -= u32::try_from(purged)?;
    }
    Ok(start.elapsed().as_secs_f64() / float(orders))
}

fn new_orders(orders: usize) -> Result<Vec<OrderKey>> {
    let orders = (0..orders).map(|_| OrderKey::new(MERCHANT, next_order_id()));
    Ok(orders.collect::<Result<_, _>>()?)
}

/// New orders that are due after `age`.
pub(crate) async fn open(
    ledger: &Arc<dyn OrderLedger>,
    writers: usize,
    orders: usize,
    age: Duration,
) -> Result<(f64, Vec<OrderKey>)> {
    let open = move |ledger: Arc<dyn OrderLedger>, order: OrderKey| async move {
        let new = NewOrder::new(order.clone(), Expected::Exactly(price()));
        let opened = ledger.open(new.with_inquire_after(age)).await?;
        ensure!(opened == Opened::New, "a new order is opened: {opened:?}");
        Ok(order)
    };
    each(ledger, writers, new_orders(orders)?, open).await
}

pub(crate) async fn claim(ledger: Arc<dyn OrderLedger>, order: OrderKey) -> Result<Lease> {
    let payment = Payment::paid(order, price());
    match ledger.claim(&payment, Claimant::unique(), LEASE).await? {
        Claim::Granted(lease) => Ok(lease),
        other => bail!("a new payment is granted, not {other:?}"),
    }
}

pub(crate) async fn settle(ledger: Arc<dyn OrderLedger>, lease: Lease) -> Result<()> {
    let settled = ledger.settle(&lease).await?;
    ensure!(settled == Settled::Now, "a held lease settles: {settled:?}");
    Ok(())
}

async fn close(ledger: Arc<dyn OrderLedger>, order: OrderKey) -> Result<()> {
    ensure!(ledger.close(&order).await?, "an open order is closed");
    Ok(())
}

/// Takes all orders that are due, which are so many.
async fn take(ledger: &dyn OrderLedger, orders: usize) -> Result<(f64, Vec<OrderKey>)> {
    let mut taken = Vec::new();
    let start = Instant::now();
    while taken.len() < orders {
        let due = ledger.take_due(MERCHANT, LIMIT, LATER).await?;
        ensure!(!due.is_empty(), "all that is due is taken: {}", taken.len());
        taken.extend(due.into_iter().map(|due| due.record.order));
    }
    ensure!(taken.len() == orders, "and nothing else: {}", taken.len());
    Ok((start.elapsed().as_secs_f64() / float(orders), taken))
}

/// Does the same with each, so many at a time: seconds for each, and what came of them.
pub(crate) async fn each<T, R, F>(
    ledger: &Arc<dyn OrderLedger>,
    writers: usize,
    all: Vec<T>,
    act: impl Fn(Arc<dyn OrderLedger>, T) -> F + Clone + Send + 'static,
) -> Result<(f64, Vec<R>)>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = Result<R>> + Send,
{
    let count = all.len();
    let mut shares: Vec<Vec<T>> = Vec::new();
    shares.resize_with(writers, Vec::new);
    for (one, share) in all.into_iter().zip((0..writers).cycle()) {
        shares.get_mut(share).context("a share")?.push(one);
    }
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for share in shares {
        let (ledger, act) = (Arc::clone(ledger), act.clone());
        tasks.spawn(async move {
            let mut results = Vec::with_capacity(share.len());
            for one in share {
                results.push(act(Arc::clone(&ledger), one).await?);
            }
            anyhow::Ok(results)
        });
    }
    let mut results = Vec::with_capacity(count);
    while let Some(ended) = tasks.join_next().await {
        results.extend(ended??);
    }
    Ok((start.elapsed().as_secs_f64() / float(count), results))
}
