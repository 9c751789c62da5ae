use std::sync::Mutex;

use async_trait::async_trait;
use paytr_core::{BoxError, VerifiedPayment};

use super::{Receipt, Receipts};

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
