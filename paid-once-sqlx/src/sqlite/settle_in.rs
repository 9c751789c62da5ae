use paid_once::{Lease, Settled, StoreError};
use sqlx::{Connection as _, SqliteConnection};

use super::error::{ValueError, store_error};
use super::value::claimant_bytes;
use super::{SqliteLedger, query};

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
            return Err(store_error(ValueError::NoTransaction));
        }
        self.settle_on(connection, lease).await
    }

    pub(super) async fn settle_on(
        &self,
        connection: &mut SqliteConnection,
        lease: &Lease,
    ) -> Result<Settled, StoreError> {
        let settled = query(&self.statements.settle)
            .bind(lease.order().merchant().to_owned())
            .bind(lease.order().order_id().to_owned())
            .bind(claimant_bytes(lease.claimant()))
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
        if settled.rows_affected() > 0 {
            return Ok(Settled::Now);
        }
        // What a lease settled stays settled by it, so this cannot race.
        let settled_before = query(&self.statements.settled_by)
            .bind(lease.order().merchant().to_owned())
            .bind(lease.order().order_id().to_owned())
            .bind(claimant_bytes(lease.claimant()))
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
        Ok(match settled_before {
            Some(_) => Settled::Already,
            None => Settled::Lost,
        })
    }
}
