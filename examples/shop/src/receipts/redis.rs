use async_trait::async_trait;
use paid_once_redis::{RedisLedger, redis};
use paytr_core::paid_once::Settled;
use paytr_core::{BoxError, VerifiedPayment};

use super::{Receipt, Receipts};

/// Receipts in the Redis of the ledger, for any number of shop processes. Beside the rights of the ledger the
/// role needs `+rpush` and `+lrange`.
#[derive(Debug, Clone)]
pub struct RedisReceipts {
    ledger: RedisLedger,
    /// A list, each receipt as JSON.
    key: String,
}

impl RedisReceipts {
    /// Receipts beside the orders of `ledger`.
    #[must_use]
    pub fn new(ledger: RedisLedger) -> Self {
        let key = ledger.own_key("receipts");
        Self { ledger, key }
    }
}

#[async_trait]
impl Receipts for RedisReceipts {
    /// The receipt and the settlement are one step of Redis: both are there or neither is.
    ///
    /// The list takes any receipt on purpose: that a payment has one is the settlement's doing.
    async fn book(&self, payment: &VerifiedPayment) -> Result<(), BoxError> {
        let receipt = serde_json::to_string(&Receipt::of(payment)?)?;
        let mut writes = redis::pipe();
        writes.rpush(&self.key, receipt);
        match self.ledger.settle_with(payment.lease(), &writes).await? {
            // This very delivery has its receipt: written now, or before.
            Settled::Now | Settled::Already => Ok(()),
            // Another delivery took over and writes the receipt.
            Settled::Lost => Err("the lease is gone".into()),
        }
    }

    async fn list(&self) -> Result<Vec<Receipt>, BoxError> {
        let mut range = redis::cmd("LRANGE");
        range.arg(&self.key).arg(0).arg(-1);
        let receipts: Vec<String> = self.ledger.query(&range).await?;
        let receipts = receipts.iter().map(|receipt| serde_json::from_str(receipt));
        Ok(receipts.collect::<Result<_, _>>()?)
    }
}
