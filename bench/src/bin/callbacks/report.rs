//! The rounds of two servers as numbers to compare.

use super::Measured;
use super::load::Round;
use bench::stats::{float, quantile, spread};

/// Prints both servers, and the ratio of the checking one to the bare one.
pub(super) fn report(bare: &Measured, checking: &Measured) {
    for Measured { name, rounds, .. } in [bare, checking] {
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
    let pairs = || checking.rounds.iter().zip(&bare.rounds);
    let mut rate: Vec<f64> = pairs().map(|(c, b)| c.rate() / b.rate()).collect();
    let mut cpu: Vec<f64> = pairs().map(|(c, b)| b.cpu_us() / c.cpu_us()).collect();
    println!(
        "  rate, {} / {}: {} (aim: at least 0.90)",
        checking.name,
        bare.name,
        spread(&mut rate, 2)
    );
    println!(
        "  the same by the server's CPU time: {}",
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
