use paid_once::{Lease, Settled, StoreError};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{CallError, Query, SqliteLedger, by_order, query, store_error};
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
        let settle = by(lease)(query(&self.statements.settle));
        let settled = settle.execute(&mut *connection).await;
        if settled.map_err(store_error)?.rows_affected() > 0 {
            return Ok(Settled::Now);
        }
        earlier(self.settled_by(lease).fetch_optional(connection).await)
    }

    /// Returns a row if the lease was settled before. What a lease settled stays settled by it, so
    /// this may be asked after the settling statement, outside its transaction.
    pub(super) fn settled_by(&self, lease: &Lease) -> Query {
        by(lease)(query(&self.statements.settled_by))
    }
}

/// Adds the order and the claimant of a lease to a statement.
pub(super) fn by(lease: &Lease) -> impl Fn(Query) -> Query + Send + Sync + use<> {
    let (order, claimant) = (lease.order().clone(), lease.claimant());
    move |statement| by_order(statement, &order).bind(claimant_bytes(claimant))
}

/// How a lease stands that settled nothing now.
pub(super) fn earlier(settled_by: sqlx::Result<Option<SqliteRow>>) -> Result<Settled, StoreError> {
    Ok(match settled_by.map_err(store_error)? {
        Some(_) => Settled::Already,
        None => Settled::Lost,
    })
}
