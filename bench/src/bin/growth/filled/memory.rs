//! Memory: filled by the calls of a shop, which are as fast as anything.

use std::sync::Arc;

use anyhow::Result;
use paid_once::{MemoryStore, OrderLedger};

use crate::measure::Filled;
use crate::steps::{LATER, Load, claim, open, settle};

/// One caller: they would only wait for each other.
pub(crate) const LOAD: Load = Load {
    writers: 1,
    payments: 960,
    due: 480,
};

/// A store of its own.
pub(crate) async fn filled(orders: u32) -> Result<Filled> {
    let ledger: Arc<dyn OrderLedger> = Arc::new(MemoryStore::new());
    let half = usize::try_from(orders)? / 2;
    for order in open(&ledger, 1, half, LATER).await?.1 {
        let lease = claim(Arc::clone(&ledger), order).await?;
        settle(Arc::clone(&ledger), lease).await?;
    }
    open(&ledger, 1, half, LATER).await?;
    Ok(Filled::new(ledger, ()))
}
