//! What a step with an order costs in a ledger that holds many orders: opened, claimed, settled, taken because it is
//! due, purged. Each size beside the smallest, in turns, in one run; and what retention costs the payments of a full
//! ledger.
//!
//! Servers and files are private and temporary. They are filled in bulk, half with orders that are paid, oldest first,
//! and half with open ones that are due after the benchmark; `open` has open ones only.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod filled;
mod measure;
mod retention;
mod steps;

use anyhow::{Result, bail};

use filled::{memory, postgres, redis, sqlite};
use measure::{Filled, measure};
use retention::retention;
use steps::Load;

/// The smallest ledger, and the largest one of most engines.
const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;
/// PostgreSQL only, and only when asked for: filling it takes minutes, and some gigabytes.
const VERY_MANY: u32 = 10_000_000;

const ENGINES: [&str; 6] = [
    "sqlite",
    "postgres",
    "partitioned",
    "open",
    "redis",
    "memory",
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (engines, is_deep) = match words[..] {
        [] => (&ENGINES[..], false),
        ["--deep"] => (&ENGINES[..], true),
        [ref engine] if ENGINES.contains(engine) => (std::slice::from_ref(engine), false),
        [ref engine, "--deep"] if ENGINES.contains(engine) => (std::slice::from_ref(engine), true),
        _ => bail!("usage: growth [{}] [--deep]", ENGINES.join(" | ")),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    println!("microseconds per order among {FEW}, then ratios to them: median (least to most)");
    for engine in engines {
        runtime.block_on(run(engine, is_deep))?;
    }
    Ok(())
}

async fn run(engine: &str, is_deep: bool) -> Result<()> {
    let sizes = [FEW, MANY];
    let with_more = [FEW, MANY, VERY_MANY];
    let postgres_sizes = if is_deep { &with_more[..] } else { &sizes };
    match engine {
        "sqlite" => grown("SqliteLedger", &sizes, sqlite::LOAD, sqlite::filled).await,
        "postgres" => {
            let (title, load) = ("PostgresLedger", postgres::LOAD);
            grown(title, postgres_sizes, load, postgres::filled).await
        }
        "partitioned" => {
            let (title, load) = ("PostgresLedger in 16 parts", postgres::LOAD);
            grown(title, postgres_sizes, load, postgres::filled_in_parts).await
        }
        "open" => {
            // Nothing is there that retention could take.
            let ledgers = filled(postgres_sizes, postgres::open_in_parts).await?;
            let title = "PostgresLedger in 16 parts, all open";
            measure(title, &ledgers, postgres::LOAD).await
        }
        "redis" => grown("RedisLedger", &sizes, redis::LOAD, redis::filled).await,
        _ => grown("MemoryStore", &sizes, memory::LOAD, memory::filled).await,
    }
}

async fn grown(
    title: &str,
    sizes: &[u32],
    load: Load,
    fill: impl AsyncFn(u32) -> Result<Filled>,
) -> Result<()> {
    let ledgers = filled(sizes, fill).await?;
    measure(title, &ledgers, load).await?;
    if let Some((orders, largest)) = ledgers.last() {
        retention(*orders, largest, load).await?;
    }
    Ok(())
}

async fn filled(
    sizes: &[u32],
    fill: impl AsyncFn(u32) -> Result<Filled>,
) -> Result<Vec<(u32, Filled)>> {
    let mut ledgers = Vec::new();
    for &orders in sizes {
        ledgers.push((orders, fill(orders).await?));
    }
    Ok(ledgers)
}
