//! The layer against an axum server that only parses the form.
//!
//! Each server is a process of its own with one worker thread; the load comes from this process. Rounds
//! alternate between the two, so that a machine whose speed drifts drifts for both.

mod load;
mod server;

use anyhow::Result;

use crate::stats::{float, quantile, spread};
use load::Round;
use server::ServerProcess;

pub(crate) use server::serve;

const ROUNDS: usize = 12;
const PER_ROUND: usize = 20_000;
const CONNECTIONS: usize = 32;

pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut bare = ServerProcess::start("bare")?;
    let mut layer = ServerProcess::start("layer")?;
    let [mut bare_rounds, mut layer_rounds] = [const { Vec::new() }; 2];
    // The first round of each warms up and does not count.
    for round in 0..=ROUNDS {
        for (server, rounds) in [
            (&mut bare, &mut bare_rounds),
            (&mut layer, &mut layer_rounds),
        ] {
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
    report(&bare_rounds, &layer_rounds);
    Ok(())
}

fn report(bare: &[Round], layer: &[Round]) {
    println!(
        "notifications over {CONNECTIONS} connections, {ROUNDS} rounds of {PER_ROUND}, each a new payment"
    );
    for (name, rounds) in [("form parsing only", bare), ("PaytrCallbackLayer", layer)] {
        let mut rate: Vec<f64> = rounds.iter().map(Round::rate).collect();
        let mut latency: Vec<f64> = rounds.iter().flat_map(|r| r.latencies_us.clone()).collect();
        let mut cpu: Vec<f64> = rounds.iter().map(Round::cpu_us).collect();
        println!(
            "  {name:20} {:7.0}/s   p50 {:5.0} us   p99 {:5.0} us   server CPU {:5.1} us each",
            quantile(&mut rate, 0.5),
            quantile(&mut latency, 0.5),
            quantile(&mut latency, 0.99),
            quantile(&mut cpu, 0.5),
        );
    }
    let pairs = || layer.iter().zip(bare);
    let mut rate: Vec<f64> = pairs().map(|(l, b)| l.rate() / b.rate()).collect();
    let mut cpu: Vec<f64> = pairs().map(|(l, b)| b.cpu_us() / l.cpu_us()).collect();
    println!(
        "  rate of the layer / rate of form parsing: {} (aim: at least 0.90)",
        spread(&mut rate, 2)
    );
    println!(
        "  the same by the server's CPU time:        {}",
        spread(&mut cpu, 2)
    );
}

impl Round {
    fn rate(&self) -> f64 {
        float(self.latencies_us.len()) / self.seconds
    }

    fn cpu_us(&self) -> f64 {
        self.server_cpu * 1e6 / float(self.latencies_us.len())
    }
}
