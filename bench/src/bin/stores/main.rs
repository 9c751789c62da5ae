//! What a store costs above its database engine: payments claimed and settled per second and their
//! latency with 1, 8 and 32 writers, each beside the floor of the same engine on the same server in
//! the same run; and whether a payment costs more when many orders are there.
//!
//! Servers and files are private and temporary. They keep the durability that a shop would have, and
//! the report says which that is.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod coalesced;
mod contender;
mod engine;
mod growth;
mod ledger_load;
mod orders;
mod pgbench;
mod postgres;
mod redis;
mod redis_benchmark;
mod report;
mod sqlite;

use anyhow::{Result, bail};
use database_servers::Postgres;
use tempfile::TempDir;

use engine::Engine;
use growth::Loaded;

const WRITERS: [usize; 3] = [1, 8, 32];
const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;
/// PostgreSQL only, and only when asked for: loading takes minutes.
const VERY_MANY: u32 = 10_000_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => runtime.block_on(async {
            rates().await?;
            growth(&[FEW, MANY]).await
        }),
        ["--rates"] => runtime.block_on(rates()),
        ["--growth"] => runtime.block_on(growth(&[FEW, MANY])),
        ["--ten-million"] => runtime.block_on(postgres_growth(&[FEW, MANY, VERY_MANY])),
        _ => bail!("usage: stores [--rates | --growth | --ten-million]"),
    }
}

async fn rates() -> Result<()> {
    println!(
        "payments: one claim and one settlement each; medians, ratios as median (least to most)"
    );
    let directory = TempDir::new()?;
    measure(sqlite::engine(&directory).await?).await?;
    let mut server = Postgres::start()?;
    measure(postgres::engine(&mut server).await?).await?;
    drop(server);
    let server = redis::start()?;
    measure(redis::engine(&server).await?).await
}

async fn measure(mut engine: Engine) -> Result<()> {
    report::head(&engine.title);
    for writers in WRITERS {
        report::lines(writers, &engine.measure(writers).await?);
    }
    Ok(())
}

async fn growth(sizes: &[u32]) -> Result<()> {
    let directory = TempDir::new()?;
    let mut ledgers = Vec::new();
    for &orders in sizes {
        let ledger = sqlite::loaded(&directory, orders).await?;
        ledgers.push(Loaded { orders, ledger });
    }
    growth::measure("SqliteLedger", &ledgers).await?;
    postgres_growth(sizes).await?;
    redis_growth(sizes).await
}

async fn postgres_growth(sizes: &[u32]) -> Result<()> {
    let (mut servers, mut ledgers) = (Vec::new(), Vec::new());
    for &orders in sizes {
        let server = Postgres::start()?;
        let ledger = postgres::loaded(&server, orders).await?;
        ledgers.push(Loaded { orders, ledger });
        servers.push(server);
    }
    growth::measure("PostgresLedger", &ledgers).await
}

async fn redis_growth(sizes: &[u32]) -> Result<()> {
    let (mut servers, mut ledgers) = (Vec::new(), Vec::new());
    for &orders in sizes {
        let server = redis::start()?;
        let ledger = redis::loaded(&server, orders).await?;
        ledgers.push(Loaded { orders, ledger });
        servers.push(server);
    }
    growth::measure("RedisLedger", &ledgers).await
}
