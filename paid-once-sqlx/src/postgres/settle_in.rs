use std::sync::Arc;

use paid_once::{Lease, Settled, StoreError};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::{PostgresLedger, Statement, query};
use crate::value::claimant_bytes;

#[derive(Debug, thiserror::Error)]
#[error(
    "settle_in needs a transaction: begin one with PostgresLedger::begin, \
     or your writes and the settlement could part"
)]
struct NoTransaction;

impl PostgresLedger {
    /// Settles inside a transaction of yours: what you wrote in it and the settlement are committed
    /// together, or neither is. The [crate docs](crate) show a whole handler.
    ///
    /// Begin the transaction with [`begin`](Self::begin), write, call this, and act on its answer:
    ///
    /// * [`Settled::Now`]: commit. When the commit fails, return its error: the gate releases the
    ///   claim and the next delivery comes with a higher attempt. If the commit went through after
    ///   all and only its answer was lost, the release does nothing and the next delivery is a
    ///   duplicate.
    /// * [`Settled::Already`]: roll back and return success. This very lease was settled before. A
    ///   redelivered payment has a lease of its own and never sees this; it means that you try the
    ///   same delivery again after a commit whose answer was lost, or that you settled it outside
    ///   this transaction. The first is right to stop here, the second is a bug of the handler.
    /// * [`Settled::Lost`]: roll back and return an error. Your lease ran out and another delivery
    ///   took the payment over; committing would give the payment two effects.
    ///
    /// From here to the commit the transaction holds the order's row. A claim of another delivery does
    /// not wait for it while the lease runs. When the lease runs out before the commit, that claim
    /// waits, and the commit still decides.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: roll back. Also when `connection` is not inside a transaction begun by sqlx:
    /// nothing is settled then, because your writes and the settlement could part.
    pub async fn settle_in(
        &self,
        connection: &mut PgConnection,
        lease: &Lease,
    ) -> Result<Settled, StoreError> {
        if !connection.is_in_transaction() {
            return Err(StoreError::new(NoTransaction));
        }
        let of_lease = |sql| self.tenure.prepared(Self::of_lease(sql, lease));
        let settled = of_lease(&self.statements.settle)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::new)?;
        if settled.rows_affected() > 0 {
            return Ok(Settled::Now);
        }
        // What a lease settled stays settled by it, so this cannot race.
        let before = of_lease(&self.statements.settled_by)
            .fetch_all(connection)
            .await
            .map_err(StoreError::new)?;
        Ok(Self::already_or_lost(&before))
    }

    /// A statement that is about one lease.
    pub(super) fn of_lease(sql: &Arc<str>, lease: &Lease) -> Statement {
        query(sql)
            .bind(lease.order().merchant().to_owned())
            .bind(lease.order().order_id().to_owned())
            .bind(claimant_bytes(lease.claimant()))
    }

    /// Why a lease settled nothing, from what it had settled before.
    pub(super) fn already_or_lost(settled_before: &[PgRow]) -> Settled {
        if settled_before.is_empty() {
            Settled::Lost
        } else {
            Settled::Already
        }
    }
}
