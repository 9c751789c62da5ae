//! Whether a payment costs more when many orders are there.

use anyhow::Result;
use bench::stats::{quantile, spread};

use crate::contender::{Round, median};
use crate::ledger_load::LedgerLoad;

/// The aim: a payment among many orders takes at most so many times as long as among few.
const MOST: f64 = 1.5;
const WRITERS: usize = 32;
const ROUNDS: usize = 9;
/// Few, because they stay: at the end even the smallest ledger has these for each round more.
const PAYMENTS: usize = 1_000;

/// A ledger and how many settled orders it started with.
pub(crate) struct Loaded {
    pub(crate) orders: u32,
    pub(crate) ledger: LedgerLoad,
}

/// Measures the ledgers of one engine in turns and prints them. The first is the smallest.
pub(crate) async fn measure(title: &str, ledgers: &[Loaded]) -> Result<()> {
    let mut rounds: Vec<Vec<Round>> = Vec::new();
    rounds.resize_with(ledgers.len(), Vec::new);
    for round in 0..=ROUNDS {
        for (loaded, rounds) in ledgers.iter().zip(&mut rounds) {
            let measured = loaded.ledger.payments(WRITERS, PAYMENTS).await?;
            if round > 0 {
                rounds.push(measured);
            }
        }
    }
    println!("\n{title}, {WRITERS} writers: time per payment among settled orders");
    let Some(smallest) = rounds.first() else {
        return Ok(());
    };
    for (place, (loaded, measured)) in ledgers.iter().zip(&rounds).enumerate() {
        let ratio = if place == 0 {
            "the smallest".to_owned()
        } else {
            ratio(measured, smallest)
        };
        println!(
            "  {:>10} {:7.1} us   {ratio}",
            loaded.orders,
            1e6 / median(measured, |round| round.rate),
        );
    }
    Ok(())
}

fn ratio(many: &[Round], few: &[Round]) -> String {
    let pairs = many.iter().zip(few);
    let mut ratios: Vec<f64> = pairs.map(|(many, few)| few.rate / many.rate).collect();
    let verdict = if quantile(&mut ratios, 0.5) <= MOST {
        "reached"
    } else {
        "MISSED"
    };
    let spread = spread(&mut ratios, 2);
    format!("{spread} of the smallest, aim at most {MOST}: {verdict}")
}
