use async_trait::async_trait;
use paid_once::BoxError;

use crate::errors::ErrorCode;
use crate::replies::OrderStatus;
use crate::values::OrderId;

/// Asks Payture how an order stands. A client is one: `PaytureClient::state_source`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot ask Payture for the state of an order",
    note = "use `PaytureClient::state_source`"
)]
#[async_trait]
pub trait StateSource: Send + Sync + 'static {
    /// The answer of an authenticated `GetState`, made by the server.
    ///
    /// # Errors
    ///
    /// [`StateError`].
    async fn state(&self, order: &OrderId) -> Result<OrderStatus, StateError>;
}

/// Why there is no state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Payture says that this order is not there, or its time is over.
    #[error("Payture knows no such order")]
    NotThere(ErrorCode),
    /// The answer was about another order.
    #[error("the answer is about another order")]
    OtherOrder,
    /// No usable answer. Ask again later.
    #[error("Payture gave no usable answer")]
    Unavailable(#[source] BoxError),
}
