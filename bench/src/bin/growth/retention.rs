//! What retention costs the payments of a full ledger.

use std::sync::Arc;

use anyhow::Result;
use bench::stats::quantile;

use crate::measure::{Filled, verdict};
use crate::steps::{Load, pay, purge};

/// The aim: a payment takes at most so many times as long while old orders leave.
const MOST: f64 = 1.1;
/// Pairs of rounds that count.
const ROUNDS: usize = 31;

/// Measures payments alone and payments while as many old orders leave, in turns, and prints them.
pub(crate) async fn retention(orders: u32, filled: &Filled, load: Load) -> Result<()> {
    let Load {
        writers, payments, ..
    } = load;
    let ledger = &filled.ledger;
    let (mut alone, mut ratios) = (Vec::new(), Vec::new());
    for number in 0..=ROUNDS {
        let undisturbed = pay(ledger, writers, payments).await?;
        purge(&**ledger, payments).await?;

        let purging = Arc::clone(ledger);
        let purging = tokio::spawn(async move { purge(&*purging, payments).await });
        let meanwhile = pay(ledger, writers, payments).await?;
        purging.await??;
        if number > 0 {
            alone.push(undisturbed);
            ratios.push(meanwhile / undisturbed);
        }
    }
    println!(
        "  a payment among {orders}, {:.1} us; while as many old orders leave, at most {MOST}\n  {:>24}  {}",
        quantile(&mut alone, 0.5) * 1e6,
        "",
        verdict(ratios, MOST)
    );
    Ok(())
}
