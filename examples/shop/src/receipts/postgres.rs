use async_trait::async_trait;
use paid_once_sqlx::{PostgresLedger, sqlx};
use paytr_core::paid_once::Settled;
use paytr_core::{BoxError, VerifiedPayment};

use super::{Columns, Receipt, Receipts};

/// Receipts in the PostgreSQL database of the ledger, for any number of shop processes.
#[derive(Debug, Clone)]
pub struct PostgresReceipts {
    ledger: PostgresLedger,
}

impl PostgresReceipts {
    /// Makes the table if it is not there.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub async fn open(ledger: PostgresLedger) -> Result<Self, BoxError> {
        let mut transaction = ledger.begin().await?;
        // Two shops that start together would otherwise both find no table, and one would fail.
        // Not prepared under a name, so that it works behind a pooler too.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtext('receipts'))")
            .persistent(false)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "CREATE TABLE IF NOT EXISTS receipts (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                merchant_oid text NOT NULL,
                outcome text NOT NULL,
                total bigint NOT NULL,
                currency text NOT NULL,
                attempt bigint NOT NULL
            )",
        )
        .persistent(false)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Self { ledger })
    }
}

#[async_trait]
impl Receipts for PostgresReceipts {
    /// The receipt and the settlement are one transaction: both are there or neither is.
    ///
    /// The table has no unique key on purpose: that a payment has one receipt is the settlement's doing.
    async fn book(&self, payment: &VerifiedPayment) -> Result<(), BoxError> {
        let receipt = Receipt::of(payment)?;
        let mut transaction = self.ledger.begin().await?;
        sqlx::query(
            "INSERT INTO receipts (merchant_oid, outcome, total, currency, attempt)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(receipt.merchant_oid)
        .bind(receipt.outcome)
        .bind(receipt.total)
        .bind(receipt.currency)
        .bind(receipt.attempt)
        .persistent(false)
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
        let mut transaction = self.ledger.begin().await?;
        let receipts = sqlx::query_as::<_, Columns>(
            "SELECT merchant_oid, outcome, total, currency, attempt FROM receipts ORDER BY number",
        );
        let receipts = receipts
            .persistent(false)
            .fetch_all(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(receipts.into_iter().map(Receipt::from).collect())
    }
}
