//! The shop's own part: what a cart costs, and what is done with a payment.

use std::future::Future;

use async_trait::async_trait;
use paytr_core::api::Installments;
use paytr_core::basket::BasketError;
use paytr_core::{Basket, BoxError, Money, VerifiedPayment};

use crate::{Cart, Landing};

/// What a cart costs: the only source of amounts in the flow.
///
/// It is asked on every click of "pay", also when the click turns out to be a repeated one. So it
/// must not reserve or book anything: do that in the [`PaymentHandler`](crate::PaymentHandler).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot price a cart",
    note = "implement `paytr_flow::Checkout` with `#[async_trait]` on your catalogue",
    note = "look every price up on the server; a cart has product ids and quantities only"
)]
#[async_trait]
pub trait Checkout: Send + Sync + 'static {
    /// Prices the cart.
    ///
    /// # Errors
    ///
    /// [`CheckoutError`] when something in the cart cannot be sold, or prices cannot be read.
    async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError>;
}

/// A cart with the shop's prices. The amount to pay is the sum of the basket, in its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedOrder {
    basket: Basket,
    installments: Option<Installments>,
    ok_url: Option<String>,
    fail_url: Option<String>,
}

impl PricedOrder {
    /// An order of these rows. Discounts and shipping are part of the rows' prices.
    #[must_use]
    pub fn new(basket: Basket) -> Self {
        Self {
            basket,
            installments: None,
            ok_url: None,
            fail_url: None,
        }
    }

    /// Which instalments this order may be paid in, instead of the flow's setting.
    #[must_use]
    pub fn installments(mut self, installments: Installments) -> Self {
        self.installments = Some(installments);
        self
    }

    /// Where PayTR sends the buyer's browser when the payment was taken, instead of the flow's own result page:
    /// `http` or `https`, at most 400 characters, or the order is not payable.
    ///
    /// Whoever comes there has proved nothing, and may come before the notification. The flow's own page waits for
    /// it and makes the order due for the [reconciler](crate::PurchaseFlow::reconciler); a page of the shop has to
    /// read the order's state itself. For card payments: after a bank transfer PayTR sends nobody anywhere.
    #[must_use]
    pub fn ok_url(mut self, url: impl Into<String>) -> Self {
        self.ok_url = Some(url.into());
        self
    }

    /// The same for a payment that failed, or that the buyer gave up.
    #[must_use]
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.fail_url = Some(url.into());
        self
    }

    /// The rows.
    #[must_use]
    pub fn basket(&self) -> &Basket {
        &self.basket
    }

    /// The amount to pay.
    #[must_use]
    pub fn total(&self) -> Money {
        self.basket.total()
    }

    pub(crate) fn landing_url(&self, landing: Landing) -> Option<&str> {
        match landing {
            Landing::Ok => self.ok_url.as_deref(),
            Landing::Fail => self.fail_url.as_deref(),
        }
    }

    pub(crate) fn installments_or(&self, default: Installments) -> Installments {
        self.installments.unwrap_or(default)
    }
}

/// Why a cart has no price.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckoutError {
    /// The shop has no such product. The browser is told which.
    #[error("the shop does not sell this product")]
    #[non_exhaustive]
    UnknownProduct {
        /// The product.
        product_id: String,
    },
    /// The shop has not enough of it. The browser is told which.
    #[error("there is not enough of this product")]
    #[non_exhaustive]
    OutOfStock {
        /// The product.
        product_id: String,
    },
    /// The prices do not make an order, for example because the sum does not fit.
    #[error("the prices do not make an order")]
    Basket(#[from] BasketError),
    /// The prices could not be read. The cause goes to the log only.
    #[error("the prices could not be read")]
    Unavailable(#[source] BoxError),
}

impl CheckoutError {
    /// The shop has no such product.
    #[must_use]
    pub fn unknown_product(product_id: impl Into<String>) -> Self {
        let product_id = product_id.into();
        Self::UnknownProduct { product_id }
    }

    /// The shop has not enough of the product.
    #[must_use]
    pub fn out_of_stock(product_id: impl Into<String>) -> Self {
        let product_id = product_id.into();
        Self::OutOfStock { product_id }
    }

    /// The prices could not be read.
    #[must_use]
    pub fn unavailable(cause: impl Into<BoxError>) -> Self {
        Self::Unavailable(cause.into())
    }
}

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
