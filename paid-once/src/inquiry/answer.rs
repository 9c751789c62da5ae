use std::future::Future;

use async_trait::async_trait;

use crate::{BoxError, Delivery, FailureReason, OrderRecord, Payment, ReviewReason};

/// Asks a provider how one order stands: an authenticated question of the server's own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot ask a provider about an order",
    note = "for PayTR use `paytr_core::client::StatusOfOrders`; otherwise implement `Inquiry` with `#[async_trait]` and an authenticated query"
)]
#[async_trait]
pub trait Inquiry: Send + Sync + 'static {
    /// Asks about an order that is not settled. What the answer is about must be checked here: an answer
    /// about another order, merchant or amount unit is no [`Answer::Paid`].
    async fn ask(&self, order: &OrderRecord) -> Answer;
}

/// What a provider says about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "what is paid must be delivered"]
pub enum Answer {
    /// Paid: mostly one payment, for a plan one for each instalment that was paid. The gate compares
    /// them with the shop's records.
    Paid(Vec<Payment>),
    /// It failed for good.
    Failed(FailureReason),
    /// Not paid so far, as far as the provider says. At the end of its time the order is closed.
    NotYet,
    /// Not paid so far, and no age ends that: money is held for it and may be taken later, or it is a plan
    /// whose instalments are paid as orders of their own. It is never closed.
    StaysOpen,
    /// Money is there, but not as it should be: nothing is delivered, a person must look.
    Review(Payment, ReviewReason),
    /// No usable answer.
    Unavailable,
}

/// What a shop does with a payment that the gate hands over: writes the receipt, releases the goods.
///
/// It is called once per payment, under a lease; see [`Lease::attempt`](crate::Lease::attempt) for the
/// rare second run. Async closures and functions are handlers:
///
/// ```
/// use paid_once::inquiry::DeliveryHandler;
/// use paid_once::{BoxError, Delivery};
///
/// async fn book(delivery: Delivery) -> Result<(), BoxError> {
///     println!("{} {:?}", delivery.payment.order, delivery.payment.total());
///     Ok(())
/// }
///
/// fn is_handler(_: impl DeliveryHandler) {}
/// is_handler(book);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle payments",
    note = "implement `DeliveryHandler` with `#[async_trait]`, or give an async function or closure `async |delivery: Delivery| -> Result<(), E>` whose future is `Send` and whose `E` is an error"
)]
#[async_trait]
pub trait DeliveryHandler: Send + Sync + 'static {
    /// Handles one payment, paid or failed.
    ///
    /// # Errors
    ///
    /// Any error gives the claim back, and the payment is delivered again.
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError>;
}

#[async_trait]
impl<H, F, E> DeliveryHandler for H
where
    H: Fn(Delivery) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError> {
        self(delivery).await.map_err(Into::into)
    }
}
