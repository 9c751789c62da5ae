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
    /// What it should reach. The floor itself, and what only informs, has none.
    pub(crate) aims: Vec<Aim>,
    /// The only number of writers it is measured with, if it does not take any.
    pub(crate) only_with: Option<usize>,
}

/// A ratio to reach, with how many writers, and to what.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    pub(crate) ratio: f64,
    pub(crate) with_writers: &'static [usize],
    /// The place of what it is compared with, among the contenders. The floor has 0.
    pub(crate) of: usize,
}

impl Aim {
    pub(crate) fn of_the_floor(ratio: f64, with_writers: &'static [usize]) -> Self {
        let of = 0;
        Self {
            ratio,
            with_writers,
            of,
        }
    }
}

impl Compared {
    pub(crate) fn floor(contender: impl Contender + 'static) -> Self {
        Self {
            contender: Box::new(contender),
            aims: Vec::new(),
            only_with: None,
        }
    }

    /// Measured for comparison, with so many writers.
    pub(crate) fn only_with(writers: usize, contender: impl Contender + 'static) -> Self {
        Self {
            only_with: Some(writers),
            ..Self::floor(contender)
        }
    }

    pub(crate) fn aiming(contender: impl Contender + 'static, aims: Vec<Aim>) -> Self {
        Self {
            aims,
            ..Self::floor(contender)
        }
    }
}

impl Engine {
    /// The rounds of each contender, in their order; none where it does not take so many writers. They
    /// alternate, so that a machine whose speed drifts drifts for all.
    pub(crate) async fn measure(&mut self, writers: usize) -> Result<Vec<(&Compared, Vec<Round>)>> {
        let mut rounds: Vec<Vec<Round>> = Vec::new();
        rounds.resize_with(self.contenders.len(), Vec::new);
        // The first round of each warms up and does not count.
        for round in 0..=ROUNDS {
            for (compared, rounds) in self.contenders.iter_mut().zip(&mut rounds) {
                if compared.only_with.is_none_or(|only| only == writers) {
                    let measured = compared.contender.round(writers).await?;
                    if round > 0 {
                        rounds.push(measured);
                    }
                }
            }
        }
        Ok(self.contenders.iter().zip(rounds).collect())
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
    for (place, (compared, rounds)) in measured.iter().enumerate() {
        if rounds.is_empty() {
            continue;
        }
        let comparison = if place == 0 {
            "floor".to_owned()
        } else {
            comparison(writers, compared, rounds, measured)
        };
        println!(
            "  {writers:7} {:34} {:10.0} {:10.2}   {comparison}",
            compared.contender.name(),
            median(rounds, |round| round.rate),
            median(rounds, |round| round.p99_ms),
        );
    }
}

/// The ratio to the floor, and whether the aims are reached.
fn comparison(
    writers: usize,
    compared: &Compared,
    rounds: &[Round],
    measured: &[(&Compared, Vec<Round>)],
) -> String {
    let ratios_to = |place: usize| {
        let reference = measured.get(place);
        reference.map_or_else(Vec::new, |(_, reference)| ratios(rounds, reference))
    };
    let mut texts = vec![spread(&mut ratios_to(0), 2)];
    for aim in &compared.aims {
        if !aim.with_writers.contains(&writers) {
            continue;
        }
        let mut ratios = ratios_to(aim.of);
        let verdict = if quantile(&mut ratios, 0.5) >= aim.ratio {
            "reached"
        } else {
            "MISSED"
        };
        texts.push(match (aim.of, measured.get(aim.of)) {
            (1.., Some((other, _))) => format!(
                "{} of {}, aim {}: {verdict}",
                spread(&mut ratios, 2),
                other.contender.name(),
                aim.ratio
            ),
            _ => format!("aim {}: {verdict}", aim.ratio),
        });
    }
    texts.join(", ")
}

/// Round by round: what slows the machine down slows both.
fn ratios(rounds: &[Round], reference: &[Round]) -> Vec<f64> {
    let pairs = rounds.iter().zip(reference);
    pairs
        .map(|(round, reference)| round.rate / reference.rate)
        .collect()
}
