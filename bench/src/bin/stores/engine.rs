//! One database engine: what is measured on it (its floor, its ledger), what the ledger should reach, and the numbers as a
//! table.

use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use bench::stats::{float, quantile, spread};

/// Rounds that count, for each number of writers.
const ROUNDS: usize = 5;

/// An engine with everything that is measured on it.
pub(crate) struct Engine {
    /// Its name, and the settings that decide how durable it is.
    pub(crate) title: String,
    /// The bare engine first, then what is compared with it.
    pub(crate) contenders: Vec<Compared>,
}

/// A contender and its place.
pub(crate) struct Compared {
    pub(crate) contender: Box<dyn Contender>,
    /// The ratio to the floor that it should reach. The floor itself, and what only informs, has none.
    pub(crate) aim: Option<Aim>,
    /// The only number of writers it is measured with, if it does not take any.
    pub(crate) only_with: Option<usize>,
}

/// A ratio to reach, and with how many writers.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    pub(crate) ratio: f64,
    pub(crate) with_writers: &'static [usize],
}

impl Compared {
    pub(crate) fn floor(contender: impl Contender + 'static) -> Self {
        Self {
            contender: Box::new(contender),
            aim: None,
            only_with: None,
        }
    }

    pub(crate) fn aiming(contender: impl Contender + 'static, aim: Aim) -> Self {
        Self {
            aim: Some(aim),
            ..Self::floor(contender)
        }
    }
}

impl Engine {
    /// The rounds of each contender that takes so many writers, in their order. They alternate, so that
    /// a machine whose speed drifts drifts for all.
    pub(crate) async fn measure(&mut self, writers: usize) -> Result<Vec<(&Compared, Vec<Round>)>> {
        let takes = |compared: &Compared| compared.only_with.is_none_or(|only| only == writers);
        let mut rounds: Vec<Vec<Round>> = Vec::new();
        rounds.resize_with(self.contenders.len(), Vec::new);
        // The first round of each warms up and does not count.
        for round in 0..=ROUNDS {
            for (compared, rounds) in self.contenders.iter_mut().zip(&mut rounds) {
                if takes(compared) {
                    let measured = compared.contender.round(writers).await?;
                    if round > 0 {
                        rounds.push(measured);
                    }
                }
            }
        }
        let measured = self.contenders.iter().zip(rounds);
        Ok(measured.filter(|(compared, _)| takes(compared)).collect())
    }
}

/// How long a measured round takes, where it goes by time.
pub(crate) const ROUND: Duration = Duration::from_secs(1);

/// A ledger, or the bare engine below it: something that claims and settles payments, each claim and each settlement durable by itself.
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

/// Prints what stands above the lines of an engine.
pub(crate) fn print_head(title: &str) {
    println!("\n{title}");
    println!(
        "  {:7} {:34} {:>10} {:>10}   of the floor",
        "writers", "", "payments/s", "p99 ms"
    );
}

/// Prints the contenders of one engine with one number of writers. The first is the floor.
pub(crate) fn print_lines(writers: usize, measured: &[(&Compared, Vec<Round>)]) {
    let Some((_, floor)) = measured.first() else {
        return;
    };
    for (place, (compared, rounds)) in measured.iter().enumerate() {
        let ratio = if place == 0 {
            "floor".to_owned()
        } else {
            ratio(writers, compared, rounds, floor)
        };
        println!(
            "  {writers:7} {:34} {:10.0} {:10.2}   {ratio}",
            compared.contender.name(),
            median(rounds, |round| round.rate),
            median(rounds, |round| round.p99_ms),
        );
    }
}

/// Round by round: what slows the machine down slows both.
fn ratio(writers: usize, compared: &Compared, rounds: &[Round], floor: &[Round]) -> String {
    let pairs = rounds.iter().zip(floor);
    let mut ratios: Vec<f64> = pairs
        .map(|(round, floor)| round.rate / floor.rate)
        .collect();
    let spread = spread(&mut ratios, 2);
    match compared.aim {
        Some(aim) if aim.with_writers.contains(&writers) => {
            let verdict = if quantile(&mut ratios, 0.5) >= aim.ratio {
                "reached"
            } else {
                "MISSED"
            };
            format!("{spread}, aim {}: {verdict}", aim.ratio)
        }
        _ => spread,
    }
}
