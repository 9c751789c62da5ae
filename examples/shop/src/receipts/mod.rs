//! Receipts: what the payment handler writes, one per payment.

mod postgres;
mod redis;
mod sqlite;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use paytr_core::{BoxError, VerifiedPayment};
use paytr_flow::PaymentHandler;
use serde::{Deserialize, Serialize};

pub use postgres::PostgresReceipts;
pub use redis::RedisReceipts;
pub use sqlite::SqliteReceipts;

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The order.
    pub merchant_oid: String,
    /// `paid` or `failed`.
    pub outcome: String,
    /// What was paid, in minor units; 0 for a failed payment.
    pub total: i64,
    /// The currency of the total.
    pub currency: String,
    /// 1, or more when an earlier run of the handler did not finish.
    pub attempt: i64,
}

/// The columns of a receipt in a table of SQL, in their order.
type Columns = (String, String, i64, String, i64);

impl From<Columns> for Receipt {
    fn from((merchant_oid, outcome, total, currency, attempt): Columns) -> Self {
        Self {
            merchant_oid,
            outcome,
            total,
            currency,
            attempt,
        }
    }
}

impl Receipt {
    fn of(payment: &VerifiedPayment) -> Result<Self, BoxError> {
        let total = payment.total();
        Ok(Self {
            merchant_oid: payment.merchant_oid().to_owned(),
            outcome: if payment.is_paid() { "paid" } else { "failed" }.to_owned(),
            total: total.map_or(0, |total| total.minor_units()).try_into()?,
            currency: total.map_or("TRY".to_owned(), |total| total.currency().to_string()),
            attempt: payment.attempt().into(),
        })
    }
}

/// Books payments and lists the receipts.
#[async_trait]
pub trait Receipts: Send + Sync + 'static {
    /// Writes the receipt of a payment, once.
    async fn book(&self, payment: &VerifiedPayment) -> Result<(), BoxError>;

    /// All receipts, oldest first.
    async fn list(&self) -> Result<Vec<Receipt>, BoxError>;
}

/// Receipts in memory, beside the store in memory.
#[derive(Debug, Default)]
pub struct MemoryReceipts {
    receipts: Mutex<Vec<Receipt>>,
}

#[async_trait]
impl Receipts for MemoryReceipts {
    async fn book(&self, payment: &VerifiedPayment) -> Result<(), BoxError> {
        let receipt = Receipt::of(payment)?;
        let mut receipts = self.receipts.lock().map_err(|_| "a thread panicked")?;
        receipts.push(receipt);
        Ok(())
    }

    async fn list(&self) -> Result<Vec<Receipt>, BoxError> {
        let receipts = self.receipts.lock().map_err(|_| "a thread panicked")?;
        Ok(receipts.clone())
    }
}

/// The shop's payment handler: waits as long as it is told to, then books.
pub(crate) struct Bookkeeper {
    pub(crate) receipts: Arc<dyn Receipts>,
    pub(crate) delay: Duration,
}

#[async_trait]
impl PaymentHandler for Bookkeeper {
    async fn handle(&self, payment: VerifiedPayment) -> Result<(), BoxError> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        self.receipts.book(&payment).await
    }
}
