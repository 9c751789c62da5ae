//! Receipts: what the payment handler writes, one per payment.

use std::time::Duration;

use paid_once_sqlx::SqliteLedger;
use paytrek::{BoxError, Delivery, DeliveryHandler, Settled, async_trait};
use serde::Serialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    /// The order.
    pub(crate) order_id: String,
    /// `paid` or `failed`.
    pub(crate) outcome: String,
    /// What was paid, in minor units; 0 for a failed payment.
    pub(crate) total: i64,
    /// The currency of the total.
    pub(crate) currency: String,
    /// 1, or more when an earlier run of the handler did not finish.
    pub(crate) attempt: i64,
}

impl sqlx::FromRow<'_, SqliteRow> for Receipt {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            order_id: row.try_get("order_id")?,
            outcome: row.try_get("outcome")?,
            total: row.try_get("total")?,
            currency: row.try_get("currency")?,
            attempt: row.try_get("attempt")?,
        })
    }
}

impl Receipt {
    fn of(delivery: &Delivery) -> Result<Self, BoxError> {
        let total = delivery.payment.total();
        Ok(Self {
            order_id: delivery.payment.order.order_id().to_owned(),
            outcome: if total.is_some() { "paid" } else { "failed" }.to_owned(),
            total: total.map_or(0, |total| total.minor_units()).try_into()?,
            currency: total.map_or("TRY".to_owned(), |total| total.currency().to_string()),
            attempt: delivery.lease.attempt().into(),
        })
    }
}

/// Receipts in the database of the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Receipts {
    ledger: SqliteLedger,
}

impl Receipts {
    /// Makes the table if it is not there.
    pub(crate) async fn open(ledger: SqliteLedger) -> Result<Self, BoxError> {
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS receipts (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                order_id TEXT NOT NULL,
                outcome TEXT NOT NULL,
                total INTEGER NOT NULL,
                currency TEXT NOT NULL,
                attempt INTEGER NOT NULL
            ) STRICT",
        )
        .execute(ledger.pool())
        .await?;
        Ok(Self { ledger })
    }

    /// Writes the receipt of a payment. The receipt and the settlement are one transaction: both are there or
    /// neither is.
    ///
    /// The table has no unique key on purpose: that a payment has one receipt is the settlement's doing.
    async fn book(&self, delivery: &Delivery) -> Result<(), BoxError> {
        let receipt = Receipt::of(delivery)?;
        let mut transaction = self.ledger.begin().await?;
        sqlx::query(
            "INSERT INTO receipts (order_id, outcome, total, currency, attempt)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(receipt.order_id)
        .bind(receipt.outcome)
        .bind(receipt.total)
        .bind(receipt.currency)
        .bind(receipt.attempt)
        .execute(&mut *transaction)
        .await?;
        let settled = self.ledger.settle_in(&mut transaction, &delivery.lease);
        match settled.await? {
            Settled::Now => Ok(transaction.commit().await?),
            // This very delivery has its receipt already; the one just written is rolled back.
            Settled::Already => Ok(transaction.rollback().await?),
            // Another delivery took over and writes the receipt.
            Settled::Lost => Err("the lease is gone".into()),
        }
    }

    /// All receipts, oldest first.
    pub(crate) async fn list(&self) -> Result<Vec<Receipt>, BoxError> {
        let receipts = sqlx::query_as(
            "SELECT order_id, outcome, total, currency, attempt FROM receipts ORDER BY number",
        );
        Ok(receipts.fetch_all(self.ledger.pool()).await?)
    }
}

/// The shop's payment handler: waits as long as it is told to, then books.
pub(crate) struct Bookkeeper {
    pub(crate) receipts: Receipts,
    pub(crate) delay: Duration,
}

#[async_trait]
impl DeliveryHandler for Bookkeeper {
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        self.receipts.book(&delivery).await
    }
}
