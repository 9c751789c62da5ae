//! Closes connections that lie idle, so that another node finds them free.

use std::time::Duration;

use deadpool::managed::WeakPool;
use sqlx::{Connection as _, PgPool};
use tokio::time::sleep;

use super::hosts::Hosts;

/// Looks at the shop's pool so often in one idle timeout.
const LOOKS: u32 = 8;

/// The ledger's own connections. Ends with their pool.
pub(super) async fn close_own(pool: WeakPool<Hosts>, idle_timeout: Duration) {
    // Often enough that none is open for twice as long.
    let pause = (idle_timeout / 2).max(Duration::from_millis(1));
    loop {
        sleep(pause).await;
        let Some(pool) = pool.upgrade().filter(|pool| !pool.is_closed()) else {
            return;
        };
        let idle = pool.retain(|_, metrics| metrics.last_used() < idle_timeout);
        for connection in idle.removed {
            // It is closed either way; this tells the server.
            let _ = connection.close().await;
        }
    }
}

/// The shop's pool: what was not needed beside the busiest look of a whole idle timeout. Ends with the ledger's own
/// pool, `own`.
///
/// Not by sqlx's idle timeout: its 0.9.0 sweeps in a task that can read a connection which is being returned as
/// `usize::MAX` idle ones, and then spins on a thread of the runtime for ever, which hangs a shutdown too (its issue
/// 3645). A lifetime starts the same task.
pub(super) async fn close_shops(pool: PgPool, own: WeakPool<Hosts>, idle_timeout: Duration) {
    let pause = (idle_timeout / LOOKS).max(Duration::from_millis(1));
    loop {
        let mut busiest = 0;
        for _ in 0..LOOKS {
            sleep(pause).await;
            if pool.is_closed() || own.upgrade().is_none() {
                return;
            }
            busiest = busiest.max(in_use(&pool));
        }
        for _ in busiest..pool.size() {
            let Some(connection) = pool.try_acquire() else {
                break;
            };
            let _ = connection.close().await;
        }
    }
}

fn in_use(pool: &PgPool) -> u32 {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(0);
    pool.size().saturating_sub(idle)
}
