//! The layer on axum and the extractor on actix, each against a server of the same framework that only parses the form.
//! Beside them, for comparison: a handler that a shop would write by itself, on axum also the least that settles a
//! payment, and a layer that does nothing. With `--against PROGRAM` also against themselves in another build of this
//! program; with `--instructions` the instructions of each are counted instead of its time.
//!
//! Each server is a process of its own with one worker thread; the load comes from this process. Rounds
//! alternate between the servers, so that a machine whose speed drifts drifts for all.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod by_hand;
mod instructions;
mod server;

use std::path::Path;

use anyhow::{Result, bail};
use bench::load::{self, Round};
use bench::server_process::ServerProcess;
use bench::stats::{float, quantile, spread};

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
    fn start(program: &Path, kind: &str, name: &'static str) -> Result<Self> {
        Ok(Self {
            name,
            server: ServerProcess::start(program, &[kind])?,
            rounds: Vec::new(),
        })
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(None),
        ["--against", earlier] => run(Some(Path::new(earlier))),
        ["--instructions"] => instructions::run(None),
        ["--instructions", "--against", earlier] => instructions::run(Some(Path::new(earlier))),
        // Started by this very program, as a process of its own.
        ["serve", kind] => server::serve(kind),
        _ => bail!("usage: callbacks [--instructions] [--against PROGRAM]"),
    }
}

fn run(earlier: Option<&Path>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let this = std::env::current_exe()?;
    let mut servers = vec![
        Measured::start(&this, "axum-bare", "axum, form only")?,
        Measured::start(&this, "axum", "PaytrCallbackLayer")?,
        Measured::start(&this, "axum-by-hand", "axum, by hand")?,
        Measured::start(&this, "axum-least", "axum, the least")?,
        Measured::start(&this, "axum-layered", "axum, form, a layer")?,
        Measured::start(&this, "actix-bare", "actix, form only")?,
        Measured::start(&this, "actix", "settle_with")?,
        Measured::start(&this, "actix-by-hand", "actix, by hand")?,
    ];
    if let Some(earlier) = earlier {
        servers.push(Measured::start(earlier, "axum", "layer, earlier")?);
        servers.push(Measured::start(earlier, "actix", "settle_with, earlier")?);
    }
    // The first round of each warms up and does not count.
    for round in 0..=ROUNDS {
        for Measured { server, rounds, .. } in &mut servers {
            let first = round * PER_ROUND;
            let requests =
                load::requests(server.address(), server::PATH, first..first + PER_ROUND)?;
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
    let [
        axum_bare,
        axum,
        axum_by_hand,
        axum_least,
        axum_layered,
        actix_bare,
        actix,
        actix_by_hand,
        earlier @ ..,
    ] = &servers[..]
    else {
        bail!("there are eight servers at least");
    };
    report(axum_bare, axum, "aim: at least 1.00");
    report(axum_bare, axum_by_hand, "for comparison");
    report(axum_bare, axum_least, "no task, no time limit");
    report(axum_bare, axum_layered, "what any layer costs");
    report(actix_bare, actix, "aim: at least 1.00");
    report(actix_bare, actix_by_hand, "for comparison");
    if let [axum_earlier, actix_earlier] = earlier {
        report(axum_earlier, axum, "aim: about 1.00");
        report(actix_earlier, actix, "aim: about 1.00");
    }
    Ok(())
}

/// Prints both servers, and the ratio of the second to the first.
fn report(first: &Measured, second: &Measured, aim: &str) {
    for Measured { name, rounds, .. } in [first, second] {
        let mut rate: Vec<f64> = rounds.iter().map(Round::rate).collect();
        let mut latency: Vec<f64> = rounds.iter().flat_map(|r| r.latencies_us.clone()).collect();
        let mut cpu: Vec<f64> = rounds.iter().map(cpu_us).collect();
        println!(
            "  {name:20} {:7.0}/s   p50 {:5.0} us   p99 {:5.0} us   server CPU {:5.1} us each",
            quantile(&mut rate, 0.5),
            quantile(&mut latency, 0.5),
            quantile(&mut latency, 0.99),
            quantile(&mut cpu, 0.5),
        );
    }
    let pairs = || second.rounds.iter().zip(&first.rounds);
    let mut rate: Vec<f64> = pairs().map(|(s, f)| s.rate() / f.rate()).collect();
    let mut cpu: Vec<f64> = pairs().map(|(s, f)| cpu_us(f) / cpu_us(s)).collect();
    println!(
        "  rate, {} / {}: {} ({aim})",
        second.name,
        first.name,
        spread(&mut rate, 2)
    );
    let mut p99: Vec<f64> = pairs().map(|(s, f)| p99(s) / p99(f)).collect();
    println!(
        "  the same by the server's CPU time: {}",
        spread(&mut cpu, 2)
    );
    println!(
        "  p99 of a round, {} / {}: {} (aim: at most 1.10)",
        second.name,
        first.name,
        spread(&mut p99, 2)
    );
}

fn p99(round: &Round) -> f64 {
    quantile(&mut round.latencies_us.clone(), 0.99)
}

fn cpu_us(round: &Round) -> f64 {
    round.server_cpu * 1e6 / float(round.latencies_us.len())
}
