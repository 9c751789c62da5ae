//! Settled orders are forgotten when they are old enough, where the configuration says so.

use std::sync::Arc;
use std::time::Duration;

use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::paid_once::{Retention, causes};
use tokio::time::timeout;

/// How often it looks.
const EVERY: Duration = Duration::from_hours(1);
/// How many orders are forgotten in one step.
const BATCH: u32 = 500;

/// Forgets what was settled longer ago than `keep`; without it nothing, ever. One step of the database may take as long
/// as `limit`. Ends never.
pub(crate) async fn run(
    ledger: Arc<dyn BackOfficeLedger>,
    keep: Option<Duration>,
    limit: Duration,
) {
    let Some(keep) = keep else {
        return std::future::pending().await;
    };
    let retention = Retention {
        paid: keep,
        unpaid: keep,
    };
    loop {
        forget(&*ledger, retention, limit).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets all that is past it, a batch at a time.
async fn forget(ledger: &dyn BackOfficeLedger, retention: Retention, limit: Duration) {
    let mut forgotten = 0;
    loop {
        match timeout(limit, ledger.purge(retention, BATCH)).await {
            Ok(Ok(0)) => break,
            Ok(Ok(count)) => forgotten += count,
            Ok(Err(error)) => {
                let cause = causes(&error);
                tracing::error!(cause, "old orders could not be forgotten: {error}");
                break;
            }
            Err(_) => {
                tracing::error!("old orders could not be forgotten: the database takes too long");
                break;
            }
        }
    }
    if forgotten > 0 {
        tracing::info!(forgotten, "old settled orders were forgotten");
    }
}
