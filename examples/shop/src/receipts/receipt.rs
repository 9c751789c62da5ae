use async_trait::async_trait;
use paid_once_sqlx::sqlx;
use paytr_core::{BoxError, VerifiedPayment};
use serde::{Deserialize, Serialize};

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
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

impl Receipt {
    pub(super) fn of(payment: &VerifiedPayment) -> Result<Self, BoxError> {
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
