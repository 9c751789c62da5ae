use async_trait::async_trait;
use paid_once::{Mode, Payment, ReadBack, ReadBackAnswer};

use super::{PaytrClient, PaytrError};
use crate::MerchantOid;
use crate::api::OrderStatus;

/// The read-back of PayTR: asks for the status of an order before its success is delivered.
///
/// It compares the amount, the total, the currency and the mode, and that nothing was refunded. PayTR
/// answers before the notification
/// is acknowledged, so this works inside the notification. Give it to
/// [`GateBuilder::read_back`](paid_once::GateBuilder::read_back).
#[derive(Debug, Clone)]
pub struct StatusReadBack {
    client: PaytrClient,
}

impl StatusReadBack {
    /// A read-back through this client.
    #[must_use]
    pub fn new(client: PaytrClient) -> Self {
        Self { client }
    }
}

#[async_trait]
impl ReadBack for StatusReadBack {
    async fn read_back(&self, payment: &Payment) -> ReadBackAnswer {
        let Ok(order) = MerchantOid::new(payment.order.order_id()) else {
            return ReadBackAnswer::Contradicted;
        };
        match self.client.status(&order).await {
            Ok(status) if agrees(&status, payment) => ReadBackAnswer::Confirmed,
            Ok(_) => ReadBackAnswer::Contradicted,
            Err(PaytrError::Refused(refusal)) if refusal.code.as_deref() == Some("004") => {
                ReadBackAnswer::Contradicted
            }
            Err(error) => {
                tracing::warn!(error = %error, "the read-back got no answer");
                ReadBackAnswer::Unavailable
            }
        }
    }
}

fn agrees(status: &OrderStatus, payment: &Payment) -> bool {
    let is_test = payment.mode == Mode::Test;
    status.returns.is_empty()
        && payment.total() == Some(status.payment_total)
        && payment
            .requested
            .is_none_or(|asked| asked == status.payment_amount)
        && status
            .test_mode
            .is_none_or(|test_mode| test_mode == is_test)
}
