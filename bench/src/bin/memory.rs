//! What a settled order costs in a `MemoryStore`, counted by the allocator.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::time::Duration;

use anyhow::{Result, bail};
use bench::notifications::order_id;
use bench::stats::float;
use paytr_core::paid_once::{Claim, Claimant, Payment, Settled};
use paytr_core::{
    Currency, Expected, MemoryStore, Money, NewOrder, OrderKey, OrderLedger as _, OrderStore as _,
};

const ORDERS: usize = 1_000_000;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!("{ORDERS} orders, claimed and settled, bytes of the allocator for each");
    for (name, opens) in [("settled", false), ("opened and settled", true)] {
        let store = MemoryStore::new();
        let mut settled = Ok(());
        let used = allocation_counter::measure(|| {
            settled = runtime.block_on(settle_all(&store, opens));
        });
        settled?;
        let aim = if opens { "" } else { " (aim: at most 160)" };
        let each =
            |bytes: i64| -> Result<f64> { Ok(float(usize::try_from(bytes)?) / float(ORDERS)) };
        println!(
            "  {name:20} {:6.1} kept{aim}, {:6.1} at the most",
            each(used.bytes_current)?,
            each(i64::try_from(used.bytes_max)?)?,
        );
    }
    Ok(())
}

async fn settle_all(store: &MemoryStore, opens: bool) -> Result<()> {
    let lira = Money::new(3_456, Currency::TRY);
    for number in 0..ORDERS {
        let order = OrderKey::new("123456", order_id(number))?;
        if opens {
            let new = NewOrder::new(order.clone(), Expected::AtLeast(lira));
            let _ = store.open(new).await?;
        }
        let payment = Payment::paid(order, lira);
        let claim = store.claim(&payment, Claimant::unique(), Duration::from_mins(1));
        let Claim::Granted(lease) = claim.await? else {
            bail!("a new order is claimed");
        };
        let Settled::Now = store.settle(&lease).await? else {
            bail!("a claimed order is settled");
        };
    }
    Ok(())
}
