//! What the shop does with a payment.

use std::future::Future;

use async_trait::async_trait;
use paytr_core::{BoxError, VerifiedPayment};

/// Books a payment: writes the receipt, releases the goods.
///
/// It is called once per payment, under a lease; see [`VerifiedPayment::attempt`] for the rare second
/// run. Async closures and functions are handlers:
///
/// ```
/// use paytr_core::{BoxError, VerifiedPayment};
/// use paytr_flow::PaymentHandler;
///
/// async fn book(payment: VerifiedPayment) -> Result<(), BoxError> {
///     println!("{}", payment.merchant_oid());
///     Ok(())
/// }
///
/// fn is_handler(_: impl PaymentHandler) {}
/// is_handler(book);
/// is_handler(async |_payment: VerifiedPayment| Ok::<_, BoxError>(()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle payments",
    note = "implement `paytr_flow::PaymentHandler` with `#[async_trait]`, or give an async function or closure `async |payment: VerifiedPayment| -> Result<(), E>` whose future is `Send` and whose `E` is an error"
)]
#[async_trait]
pub trait PaymentHandler: Send + Sync + 'static {
    /// Handles one payment, paid or failed.
    ///
    /// # Errors
    ///
    /// Any error gives the claim back, and PayTR asks again.
    async fn handle(&self, payment: VerifiedPayment) -> Result<(), BoxError>;
}

#[async_trait]
impl<H, F, E> PaymentHandler for H
where
    H: Fn(VerifiedPayment) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    async fn handle(&self, payment: VerifiedPayment) -> Result<(), BoxError> {
        self(payment).await.map_err(Into::into)
    }
}
