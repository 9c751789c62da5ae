use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use paytr_core::{BoxError, VerifiedPayment};
use paytr_flow::PaymentHandler;

use super::Receipts;

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
