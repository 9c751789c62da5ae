//! The steps of ledgers of several sizes, in turns.

use std::any::Any;
use std::sync::Arc;

use anyhow::Result;
use bench::stats::{quantile, spread};
use paid_once::OrderLedger;

use crate::steps::{Load, Step, round};

/// The aim: a step takes among many orders at most so many times as long as among few.
const MOST: f64 = 1.2;
/// Rounds that count, for each size.
const ROUNDS: usize = 31;

/// A ledger with many orders.
pub(crate) struct Filled {
    pub(crate) ledger: Arc<dyn OrderLedger>,
    /// The server or the folder that it is on.
    pub(crate) _place: Box<dyn Any>,
}

impl Filled {
    pub(crate) fn new(ledger: Arc<dyn OrderLedger>, place: impl Any) -> Self {
        Self {
            ledger,
            _place: Box::new(place),
        }
    }
}

/// Measures ledgers of these sizes and prints them. The first is the smallest.
pub(crate) async fn measure(title: &str, ledgers: &[(u32, Filled)], load: Load) -> Result<()> {
    // Of each ledger, of each round, of each step.
    let mut rounds: Vec<Vec<[f64; 5]>> = Vec::new();
    rounds.resize_with(ledgers.len(), Vec::new);
    // The first round of each warms up and does not count.
    for number in 0..=ROUNDS {
        for ((_, filled), rounds) in ledgers.iter().zip(&mut rounds) {
            let measured = round(&filled.ledger, load).await?;
            if number > 0 {
                rounds.push(measured);
            }
        }
    }
    println!(
        "\n{title}, {} callers at a time, a ratio of at most {MOST}",
        load.writers
    );
    let Some((smallest, larger)) = rounds.split_first() else {
        return Ok(());
    };
    for (place, step) in Step::ALL.into_iter().enumerate() {
        let of_step = |rounds: &[[f64; 5]]| -> Vec<f64> {
            let times = rounds.iter().filter_map(|round| round.get(place));
            times.copied().collect()
        };
        let few = of_step(smallest);
        let micros = quantile(&mut few.clone(), 0.5) * 1e6;
        println!("  {:<24}{micros:8.1} us", step.name());
        for ((orders, _), many) in ledgers.iter().skip(1).zip(larger) {
            let pairs = of_step(many).into_iter().zip(&few);
            let ratios: Vec<f64> = pairs.map(|(many, few)| many / few).collect();
            println!("  {orders:>24}  {}", verdict(ratios, MOST));
        }
    }
    Ok(())
}

/// The ratios as text, and whether their median is within the aim.
pub(crate) fn verdict(mut ratios: Vec<f64>, most: f64) -> String {
    let is_reached = quantile(&mut ratios, 0.5) <= most;
    let word = if is_reached { "reached" } else { "MISSED" };
    format!("{}  {word}", spread(&mut ratios, 2))
}
