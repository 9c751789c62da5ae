//! What is measured: a ledger, or the bare engine below it.

use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;

use bench::stats::{float, quantile};

/// How long a measured round takes, where it goes by time.
pub(crate) const ROUND: Duration = Duration::from_secs(1);

/// Something that claims and settles payments, each claim and each settlement durable by itself.
#[async_trait]
pub(crate) trait Contender: Send {
    /// As in the report.
    fn name(&self) -> &'static str;

    /// Claims and settles with so many writers at a time.
    async fn round(&mut self, writers: usize) -> Result<Round>;
}

/// One measured round.
pub(crate) struct Round {
    /// Payments claimed and settled, per second.
    pub(crate) rate: f64,
    /// 99 of 100 payments took at most this long, from the claim to the settlement.
    pub(crate) p99_ms: f64,
}

impl Round {
    /// From the time of each payment and of the whole round, in seconds.
    pub(crate) fn of(mut latencies: Vec<f64>, seconds: f64) -> Self {
        Self {
            rate: float(latencies.len()) / seconds,
            p99_ms: quantile(&mut latencies, 0.99) * 1e3,
        }
    }
}

/// The median of a number over rounds.
pub(crate) fn median(rounds: &[Round], number: impl Fn(&Round) -> f64) -> f64 {
    let mut numbers: Vec<f64> = rounds.iter().map(number).collect();
    quantile(&mut numbers, 0.5)
}
