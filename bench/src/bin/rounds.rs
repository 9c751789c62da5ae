//! Rounds of payments in one ledger, on demand: `cargo xtask bench stores --against` builds this program in
//! two revisions and lets them take turns.
//!
//! `rounds sqlite|postgres|redis WHERE` connects and prints `ready`. Then it answers each line
//! `opened WRITERS PAYMENTS` with the seconds that so many payments of orders took with so many writers; the
//! orders are opened before the clock runs. `unknown` instead of `opened` is for orders that were never opened.
//!
//! This one file is also built in the earlier revision. So it uses nothing of this package and only what
//! both revisions have.

#![allow(clippy::print_stdout, reason = "it answers on the standard output")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use paid_once::{
    Claim, Claimant, Currency, Expected, Money, NewOrder, Opened, OrderKey, OrderLedger, Payment,
    Settled,
};
use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use tokio::task::JoinSet;

/// As many connections to PostgreSQL as the most writers.
const CONNECTIONS: u32 = 32;
const LEASE: Duration = Duration::from_mins(1);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, place] = &arguments[..] else {
        bail!("usage: rounds sqlite|postgres|redis WHERE");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let store = runtime.block_on(connect(engine, place))?;
    println!("ready");
    for line in std::io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let [orders @ ("opened" | "unknown"), writers, payments] = words[..] else {
            bail!("no round: {line}");
        };
        let is_opened = orders == "opened";
        let round = round(&store, is_opened, writers.parse()?, payments.parse()?);
        println!("{}", runtime.block_on(round)?.as_secs_f64());
    }
    Ok(())
}

async fn connect(engine: &str, place: &str) -> Result<Arc<dyn OrderLedger>> {
    Ok(match engine {
        "sqlite" => Arc::new(SqliteLedger::connect(place).await?),
        "postgres" => {
            let options = PostgresLedger::options().max_connections(CONNECTIONS);
            Arc::new(options.open(place).await?)
        }
        "redis" => Arc::new(RedisLedger::connect(place).await?),
        _ => bail!("unknown engine {engine}"),
    })
}

async fn round(
    ledger: &Arc<dyn OrderLedger>,
    is_opened: bool,
    writers: usize,
    payments: usize,
) -> Result<Duration> {
    let orders = (0..payments).map(|_| OrderKey::new("100001", next_order_id()));
    let orders: Arc<[OrderKey]> = orders.collect::<Result<_, _>>()?;
    if is_opened {
        // Many at a time, whatever the writers are: it is not measured.
        each(ledger, &orders, 32, Step::Open).await?;
    }
    each(ledger, &orders, writers, Step::Pay).await
}

#[derive(Clone, Copy)]
enum Step {
    Open,
    Pay,
}

/// Takes the step with each order, so many at a time.
async fn each(
    ledger: &Arc<dyn OrderLedger>,
    orders: &Arc<[OrderKey]>,
    writers: usize,
    step: Step,
) -> Result<Duration> {
    let taken = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..writers {
        let (ledger, orders, taken) = (Arc::clone(ledger), Arc::clone(orders), Arc::clone(&taken));
        tasks.spawn(async move {
            while let Some(order) = orders.get(taken.fetch_add(1, Ordering::Relaxed)) {
                match step {
                    Step::Open => open(&*ledger, order.clone()).await?,
                    Step::Pay => pay(&*ledger, order.clone()).await?,
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(start.elapsed())
}

async fn open(ledger: &dyn OrderLedger, order: OrderKey) -> Result<()> {
    let price = Expected::Exactly(Money::new(3_456, Currency::TRY));
    let opened = ledger.open(NewOrder::new(order, price)).await?;
    ensure!(opened == Opened::New, "a new order is opened: {opened:?}");
    Ok(())
}

/// One payment, claimed and settled.
async fn pay(ledger: &dyn OrderLedger, order: OrderKey) -> Result<()> {
    let payment = Payment::paid(order, Money::new(3_456, Currency::TRY));
    let lease = match ledger.claim(&payment, Claimant::unique(), LEASE).await? {
        Claim::Granted(lease) => lease,
        other => bail!("a new payment is granted, not {other:?}"),
    };
    let settled = ledger.settle(&lease).await?;
    ensure!(settled == Settled::Now, "a held lease settles: {settled:?}");
    Ok(())
}

/// Eighteen digits, never twice in one run, in no order: the same ones in both revisions.
fn next_order_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    const IDS: u64 = 1_000_000_000_000_000_000;
    // Odd and no multiple of 5: all of the first 10^18 numbers come out once.
    const STEP: u128 = 618_033_988_749_894_849;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:018}", u128::from(count) * STEP % u128::from(IDS))
}
