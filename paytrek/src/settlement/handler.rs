use std::future::Future;

use paid_once::{BoxError, Delivery, async_trait};

/// Books a payment: writes the receipt, releases the goods.
///
/// It is called once per payment, under a lease; see [`Lease::attempt`](paid_once::Lease::attempt) for the
/// rare second run. It gets failures too: a sale that expired unpaid. Async closures and functions are
/// handlers:
///
/// ```
/// use paytrek::{BoxError, Delivery, Purchase, SaleHandler};
///
/// async fn book(delivery: Delivery) -> Result<(), BoxError> {
///     println!("{:?} {:?}", Purchase::of(&delivery.payment.order), delivery.payment.total());
///     Ok(())
/// }
///
/// fn is_handler(_: impl SaleHandler) {}
/// is_handler(book);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle payments",
    note = "implement `paytrek::SaleHandler` with `#[async_trait]`, or give an async function or closure `async |delivery: Delivery| -> Result<(), E>` whose future is `Send` and whose `E` is an error"
)]
#[async_trait]
pub trait SaleHandler: Send + Sync + 'static {
    /// Handles one payment, paid or failed.
    ///
    /// # Errors
    ///
    /// Any error gives the claim back, and the next look at the sale tries again.
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError>;
}

#[async_trait]
impl<H, F, E> SaleHandler for H
where
    H: Fn(Delivery) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError> {
        self(delivery).await.map_err(Into::into)
    }
}
