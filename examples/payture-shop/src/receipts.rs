//! Receipts: what the payment handler writes, one per payment.

use std::time::Duration;

use paid_once_sqlx::SqliteLedger;
use payture::{BoxError, Delivery, DeliveryHandler, Settled, async_trait};
use serde::Serialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    /// The order.
    order_id: String,
    /// What was paid, in minor units.
    total: i64,
    /// The currency of the total.
    currency: String,
    /// 1, or more when an earlier run of the handler did not finish.
    attempt: i64,
}

impl sqlx::FromRow<'_, SqliteRow> for Receipt {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            order_id: row.try_get("order_id")?,
            total: row.try_get("total")?,
            currency: row.try_get("currency")?,
            attempt: row.try_get("attempt")?,
        })
    }
}

/// The receipts, in the database of the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Receipts {
    ledger: SqliteLedger,
    delay: Duration,
}

impl Receipts {
    /// Makes the table if it is not there.
    pub(crate) async fn open(ledger: SqliteLedger, delay: Duration) -> Result<Self, BoxError> {
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS payture_receipts (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                order_id TEXT NOT NULL,
                total INTEGER NOT NULL,
                currency TEXT NOT NULL,
                attempt INTEGER NOT NULL
            ) STRICT",
        )
        .execute(ledger.pool())
        .await?;
        Ok(Self { ledger, delay })
    }

    /// All receipts, oldest first.
    pub(crate) async fn list(&self) -> Result<Vec<Receipt>, BoxError> {
        let receipts = sqlx::query_as(
            "SELECT order_id, total, currency, attempt FROM payture_receipts ORDER BY number",
        );
        Ok(receipts.fetch_all(self.ledger.pool()).await?)
    }
}

/// The payment handler. The receipt and the settlement are one transaction: both are there or neither is.
///
/// The table has no unique key on purpose: that a payment has one receipt is the settlement's doing.
#[async_trait]
impl DeliveryHandler for Receipts {
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let (payment, lease) = (&delivery.payment, &delivery.lease);
        // Payture's inquiry reports no failures.
        let total = payment.total().ok_or("a receipt is for a paid order")?;
        let mut transaction = self.ledger.begin().await?;
        sqlx::query(
            "INSERT INTO payture_receipts (order_id, total, currency, attempt) VALUES (?, ?, ?, ?)",
        )
        .bind(payment.order.order_id())
        .bind(i64::try_from(total.minor_units())?)
        .bind(total.currency().to_string())
        .bind(i64::from(lease.attempt()))
        .execute(&mut *transaction)
        .await?;
        match self.ledger.settle_in(&mut transaction, lease).await? {
            Settled::Now => Ok(transaction.commit().await?),
            // This very delivery has its receipt already; the one just written is rolled back.
            Settled::Already => Ok(transaction.rollback().await?),
            // Another delivery took over and writes the receipt.
            Settled::Lost => Err("the lease is gone".into()),
        }
    }
}
