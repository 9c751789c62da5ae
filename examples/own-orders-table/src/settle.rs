use paid_once::{Lease, Settled, StoreError};
use sqlx::PgConnection;

use crate::ShopOrders;
use crate::sql::{self, claimant_bytes};

/// A transaction on the shop's database.
pub type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;

impl ShopOrders {
    /// Begins a transaction for a handler's own writes.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.pool.begin().await.map_err(StoreError::new)
    }

    /// Settles in the transaction of the handler's own writes: both are there after the commit, or neither is.
    ///
    /// Commit on [`Settled::Now`] only. On [`Settled::Lost`] another delivery took over.
    ///
    /// # Errors
    ///
    /// When the database does not answer. Roll back.
    pub async fn settle_in(
        &self,
        transaction: &mut Transaction,
        lease: &Lease,
    ) -> Result<Settled, StoreError> {
        self.settle_on(transaction, lease).await
    }

    pub(crate) async fn settle_on(
        &self,
        connection: &mut PgConnection,
        lease: &Lease,
    ) -> Result<Settled, StoreError> {
        let (merchant, number) = (lease.order().merchant(), lease.order().order_id());
        let claimant = claimant_bytes(lease.claimant());
        let settled = sqlx::query(sql::SETTLE)
            .bind(merchant)
            .bind(number)
            .bind(&claimant)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::new)?;
        if settled.rows_affected() == 1 {
            return Ok(Settled::Now);
        }
        let already: bool = sqlx::query_scalar(sql::SETTLED_BY)
            .bind(merchant)
            .bind(number)
            .bind(&claimant)
            .fetch_one(connection)
            .await
            .map_err(StoreError::new)?;
        Ok(if already {
            Settled::Already
        } else {
            Settled::Lost
        })
    }
}
