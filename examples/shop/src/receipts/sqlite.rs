use async_trait::async_trait;
use paid_once_sqlx::{SqliteLedger, sqlx};
use paytr_core::paid_once::Settled;
use paytr_core::{BoxError, VerifiedPayment};

use super::{Columns, Receipt, Receipts};

/// Receipts in the SQLite file of the ledger.
#[derive(Debug, Clone)]
pub struct SqliteReceipts {
    ledger: SqliteLedger,
}

impl SqliteReceipts {
    /// Makes the table if it is not there.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub async fn open(ledger: SqliteLedger) -> Result<Self, BoxError> {
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS receipts (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                merchant_oid TEXT NOT NULL,
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
}

#[async_trait]
impl Receipts for SqliteReceipts {
    /// The receipt and the settlement are one transaction: both are there or neither is.
    ///
    /// The table has no unique key on purpose: that a payment has one receipt is the settlement's doing.
    async fn book(&self, payment: &VerifiedPayment) -> Result<(), BoxError> {
        let receipt = Receipt::of(payment)?;
        let mut transaction = self.ledger.begin().await?;
        sqlx::query(
            "INSERT INTO receipts (merchant_oid, outcome, total, currency, attempt)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(receipt.merchant_oid)
        .bind(receipt.outcome)
        .bind(receipt.total)
        .bind(receipt.currency)
        .bind(receipt.attempt)
        .execute(&mut *transaction)
        .await?;
        match self
            .ledger
            .settle_in(&mut transaction, payment.lease())
            .await?
        {
            Settled::Now => Ok(transaction.commit().await?),
            // This very delivery has its receipt already; the one just written is rolled back.
            Settled::Already => Ok(transaction.rollback().await?),
            // Another delivery took over and writes the receipt.
            Settled::Lost => Err("the lease is gone".into()),
        }
    }

    async fn list(&self) -> Result<Vec<Receipt>, BoxError> {
        let receipts = sqlx::query_as::<_, Columns>(
            "SELECT merchant_oid, outcome, total, currency, attempt FROM receipts ORDER BY number",
        );
        let receipts = receipts.fetch_all(self.ledger.pool()).await?;
        Ok(receipts.into_iter().map(Receipt::from).collect())
    }
}
