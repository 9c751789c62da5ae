use std::sync::Arc;

use paid_once::{Lease, Settled, StoreError};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::query::{Query, of_order};
use super::{CallError, SqliteLedger, store_error};
use crate::value::claimant_bytes;

impl SqliteLedger {
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
    /// # Errors
    ///
    /// [`StoreError`]: roll back. Also when `connection` is not inside a transaction begun by sqlx:
    /// nothing is settled then, because your writes and the settlement could part.
    pub async fn settle_in(
        &self,
        connection: &mut SqliteConnection,
        lease: &Lease,
    ) -> Result<Settled, StoreError> {
        if !connection.is_in_transaction() {
            return Err(store_error(CallError::NoTransaction));
        }
        let settle = of_lease(&self.statements.settle, lease);
        if settle.execute(&mut *connection).await?.rows_affected() > 0 {
            return Ok(Settled::Now);
        }
        let settled_by = self.settled_by(lease);
        let row = settled_by.fetch_optional(connection).await?;
        Ok(earlier(row.as_ref()))
    }

    /// Returns a row if the lease was settled before. What a lease settled stays settled by it, so
    /// this may be asked after the settling statement, outside its transaction.
    pub(super) fn settled_by(&self, lease: &Lease) -> Query {
        of_lease(&self.statements.settled_by, lease)
    }
}

/// A statement that begins with the order and the claimant of a lease.
pub(super) fn of_lease(sql: &Arc<str>, lease: &Lease) -> Query {
    of_order(sql, lease.order()).bind(claimant_bytes(lease.claimant()))
}

/// How a lease stands that settled nothing now.
pub(super) fn earlier(settled_by: Option<&SqliteRow>) -> Settled {
    match settled_by {
        Some(_) => Settled::Already,
        None => Settled::Lost,
    }
}
