//! What a store costs above its database engine: payments claimed and settled per second and their
//! latency with 1, 8 and 32 writers, each beside the floor of the same engine on the same server in
//! the same run; and whether an earlier build was faster.
//!
//! Servers and files are private and temporary. They keep the durability that a shop would have, and
//! the report says which that is.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod against;
mod coalesced;
mod engine;
mod ledger_load;
mod pgbench;
mod pipelined;
mod postgres;
mod redis;
mod redis_benchmark;
mod sqlite;

use anyhow::{Result, bail};
use database_servers::Postgres;
use tempfile::TempDir;

use engine::Engine;

const ENGINES: [&str; 3] = ["sqlite", "postgres", "redis"];
const WRITERS: [usize; 3] = [1, 8, 32];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["--rates"] => runtime.block_on(rates(&ENGINES)),
        ["--rates", engine] if ENGINES.contains(&engine) => runtime.block_on(rates(&[engine])),
        ["--against", earlier] => runtime.block_on(against::run(earlier.as_ref())),
        _ => bail!("usage: stores [--rates [sqlite | postgres | redis] | --against ROUNDS]"),
    }
}

async fn rates(engines: &[&str]) -> Result<()> {
    println!(
        "payments: one claim and one settlement each; medians, ratios as median (least to most)"
    );
    if engines.contains(&"sqlite") {
        let directory = TempDir::new()?;
        measure(sqlite::engine(&directory).await?).await?;
    }
    if engines.contains(&"postgres") {
        let mut server = Postgres::start()?;
        measure(postgres::engine(&mut server).await?).await?;
    }
    if engines.contains(&"redis") {
        let server = redis::start()?;
        measure(redis::engine(&server).await?).await?;
    }
    Ok(())
}

async fn measure(mut engine: Engine) -> Result<()> {
    engine::print_head(&engine.title);
    for writers in WRITERS {
        engine::print_lines(writers, &engine.measure(writers).await?);
    }
    Ok(())
}
