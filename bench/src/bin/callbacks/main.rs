//! The layer on axum and the extractor on actix, each against a server of the same framework that only
//! parses the form.
//!
//! Each server is a process of its own with one worker thread; the load comes from this process. Rounds
//! alternate between the servers, so that a machine whose speed drifts drifts for all.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod actix_server;
mod axum_server;
mod load;
mod report;
mod server;

use anyhow::{Result, bail};

use load::Round;
use report::report;
use server::ServerProcess;

const ROUNDS: usize = 12;
const PER_ROUND: usize = 20_000;
const CONNECTIONS: usize = 32;

/// A server and its measured rounds.
struct Measured {
    name: &'static str,
    server: ServerProcess,
    rounds: Vec<Round>,
}

impl Measured {
    fn start(kind: &str, name: &'static str) -> Result<Self> {
        Ok(Self {
            name,
            server: ServerProcess::start(kind)?,
            rounds: Vec::new(),
        })
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(),
        // Started by this very program, as a process of its own.
        ["serve", kind] => server::serve(kind),
        _ => bail!("this benchmark takes no arguments"),
    }
}

fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut servers = [
        Measured::start("axum-bare", "axum, form only")?,
        Measured::start("axum", "PaytrCallbackLayer")?,
        Measured::start("actix-bare", "actix, form only")?,
        Measured::start("actix", "settle_with")?,
    ];
    // The first round of each warms up and does not count.
    for round in 0..=ROUNDS {
        for Measured { server, rounds, .. } in &mut servers {
            let first = round * PER_ROUND;
            let requests = load::requests(server.address(), first..first + PER_ROUND)?;
            let cpu = server.cpu_seconds()?;
            let mut measured =
                runtime.block_on(load::run(server.address(), requests, CONNECTIONS))?;
            measured.server_cpu = server.cpu_seconds()? - cpu;
            if round > 0 {
                rounds.push(measured);
            }
        }
    }
    println!(
        "notifications over {CONNECTIONS} connections, {ROUNDS} rounds of {PER_ROUND}, each a new payment"
    );
    let [axum_bare, axum, actix_bare, actix] = &servers;
    report(axum_bare, axum);
    report(actix_bare, actix);
    Ok(())
}
