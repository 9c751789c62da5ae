//! `paytr-relay` with an app behind it, against an axum shop that handles its payments itself: notifications per
//! second, each a new payment of an order that is open, both on a ledger in an SQLite file.
//!
//! Each is a process of its own, and the app is one too; the load comes from this process. Rounds alternate.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod server;

use std::path::Path;

use anyhow::{Result, bail};
use bench::load::{self, Round};
use bench::server_process::ServerProcess;
use bench::stats::{quantile, spread};

const ROUNDS: usize = 8;
const PER_ROUND: usize = 3_000;
const CONNECTIONS: usize = 32;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => runtime.block_on(run()),
        // Started by this very program, as processes of their own.
        ["serve", "app"] => runtime.block_on(server::app()),
        ["serve", "axum", database] => runtime.block_on(server::axum(Path::new(database))),
        ["serve", "relay", configuration] => {
            runtime.block_on(server::relay(Path::new(configuration)))
        }
        _ => bail!("usage: relay"),
    }
}

async fn run() -> Result<()> {
    let this = std::env::current_exe()?;
    let directory = tempfile::tempdir()?;
    let file = |name: &str| directory.path().join(name);
    for database in ["axum.db", "relay.db"] {
        server::open_orders(&file(database), 0..(ROUNDS + 1) * PER_ROUND).await?;
    }
    let app = ServerProcess::start(&this, &["app"])?;
    let configuration = server::configure_relay(directory.path(), app.address())?;
    let axum = file("axum.db").display().to_string();
    let configuration = configuration.display().to_string();
    let mut measured = [
        (server::AXUM_PATH, vec!["axum", &axum], Vec::new()),
        (
            server::RELAY_PATH,
            vec!["relay", &configuration],
            Vec::new(),
        ),
    ];
    let mut servers = Vec::new();
    for (_, arguments, _) in &measured {
        servers.push(ServerProcess::start(&this, arguments)?);
    }
    // The first round of each warms up and does not count.
    for round in 0..=ROUNDS {
        let numbers = round * PER_ROUND..(round + 1) * PER_ROUND;
        for (server, (path, _, rounds)) in servers.iter().zip(&mut measured) {
            let requests = load::requests(server.address(), path, numbers.clone())?;
            let done = load::run(server.address(), requests, CONNECTIONS).await?;
            if round > 0 {
                rounds.push(done);
            }
        }
    }
    println!(
        "notifications over {CONNECTIONS} connections, {ROUNDS} rounds of {PER_ROUND}, each a new payment, on SQLite"
    );
    let [(_, _, shop), (_, _, relay)] = measured;
    for (name, rounds) in [("axum shop", &shop), ("paytr-relay and its app", &relay)] {
        let mut rates: Vec<f64> = rounds.iter().map(Round::rate).collect();
        println!("  {name:24} {:7.0}/s", quantile(&mut rates, 0.5));
    }
    let pairs = relay.iter().zip(&shop);
    let mut ratios: Vec<f64> = pairs
        .map(|(relay, shop)| relay.rate() / shop.rate())
        .collect();
    println!(
        "  rate, paytr-relay / axum shop: {} (aim: at least 0.50)",
        spread(&mut ratios, 2)
    );
    Ok(())
}
