//! Whether a payment, or an order to ask about, costs more when many orders are there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use async_trait::async_trait;
use bench::stats::{quantile, spread};
use paid_once::{Currency, Expected, Money, NewOrder, Opened, OrderKey, OrderLedger};
use tokio::task::JoinSet;

use crate::engine::{Round, median};
use crate::ledger_load::{LedgerLoad, MERCHANT, MINOR_UNITS, next_order_id};

/// The aim: it takes among many orders at most so many times as long as among few.
const MOST: f64 = 1.5;
const WRITERS: usize = 32;
const ROUNDS: usize = 9;
/// Few, because they stay: at the end even the smallest ledger has these for each round more.
const PAYMENTS: usize = 1_000;

/// What is measured on a ledger that grows.
#[async_trait]
pub(crate) trait Grown: Send + Sync {
    /// As in the report.
    const MEASURED: &'static str;

    /// One round.
    async fn round(&self) -> Result<Round>;
}

#[async_trait]
impl Grown for LedgerLoad {
    const MEASURED: &'static str = "32 writers: time per payment among settled orders";

    async fn round(&self) -> Result<Round> {
        self.payments(WRITERS, PAYMENTS).await
    }
}

/// A ledger, how many orders it started with, and the server that it is on.
struct Loaded<L, S> {
    orders: u32,
    ledger: L,
    _server: S,
}

/// Measures ledgers of these sizes, on one engine, in turns and prints them. The first is the smallest.
pub(crate) async fn measure<L: Grown, S>(
    title: &str,
    sizes: &[u32],
    load: impl AsyncFn(u32) -> Result<(L, S)>,
) -> Result<()> {
    let mut ledgers = Vec::new();
    for &orders in sizes {
        let (ledger, server) = load(orders).await?;
        ledgers.push(Loaded {
            orders,
            ledger,
            _server: server,
        });
    }
    let mut rounds: Vec<Vec<Round>> = Vec::new();
    rounds.resize_with(ledgers.len(), Vec::new);
    for round in 0..=ROUNDS {
        for (loaded, rounds) in ledgers.iter().zip(&mut rounds) {
            let measured = loaded.ledger.round().await?;
            if round > 0 {
                rounds.push(measured);
            }
        }
    }
    println!("\n{title}, {}", L::MEASURED);
    let Some(smallest) = rounds.first() else {
        return Ok(());
    };
    for (place, (loaded, measured)) in ledgers.iter().zip(&rounds).enumerate() {
        let ratio = if place == 0 {
            "the smallest".to_owned()
        } else {
            ratio(measured, smallest)
        };
        println!(
            "  {:>10} {:7.1} us   {ratio}",
            loaded.orders,
            1e6 / median(measured, |round| round.rate),
        );
    }
    Ok(())
}

fn ratio(many: &[Round], few: &[Round]) -> String {
    let pairs = many.iter().zip(few);
    let mut ratios: Vec<f64> = pairs.map(|(many, few)| few.rate / many.rate).collect();
    let verdict = if quantile(&mut ratios, 0.5) <= MOST {
        "reached"
    } else {
        "MISSED"
    };
    let spread = spread(&mut ratios, 2);
    format!("{spread} of the smallest, aim at most {MOST}: {verdict}")
}

/// When the others are due: long after the benchmark.
pub(crate) const LATER: Duration = Duration::from_hours(24);
/// Orders that a round makes due and takes, in full calls.
const ORDERS: usize = 30 * LIMIT as usize;
const LIMIT: u32 = 32;
/// Open them at a time.
const OPENING: usize = 32;

/// A ledger of which one caller takes what is due: orders that the provider is to be asked about, among many that it is
/// not yet.
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
