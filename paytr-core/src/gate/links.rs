use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use paid_once::{BoxError, Expected, ExpectedAmount, Gate, GateBuilder, OrderKey, OrderStore};

use crate::IdForm;
use crate::callback::{CallbackId, LinkCallback};

/// The shop's own records of what its payment links cost.
///
/// PayTR makes the order id of each payment of a link, so no order can be opened beforehand. What is
/// known beforehand is the link. Implement this on the table of links that the shop made.
///
/// ```
/// use paytr_core::{async_trait, BoxError, Currency, Expected, Money};
/// use paytr_core::gate::LinkPrices;
/// use paytr_core::callback::CallbackId;
///
/// struct OneLink(CallbackId);
///
/// #[async_trait]
/// impl LinkPrices for OneLink {
///     async fn price(&self, link: &CallbackId) -> Result<Expected, BoxError> {
///         let price = Money::new(9_900, Currency::TRY);
///         Ok(if *link == self.0 { Expected::AtLeast(price) } else { Expected::Unknown })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know what payment links cost",
    note = "implement `LinkPrices` with `#[async_trait]` on your table of links"
)]
#[async_trait]
pub trait LinkPrices: Send + Sync + 'static {
    /// What one payment of `link` should be: [`Expected::Exactly`] or, where instalments may add a
    /// surcharge, [`Expected::AtLeast`] the price. Of a product link that is the price of the smallest
    /// quantity, of a flex link the smallest amount. [`Expected::Unknown`] refuses the payment.
    ///
    /// # Errors
    ///
    /// Any error means that the records could not be read: the payment is not delivered and PayTR is
    /// made to ask again.
    async fn price(&self, link: &CallbackId) -> Result<Expected, BoxError>;
}

/// The payment links of a shop: how their ids look, and what they cost.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct Links {
    form: IdForm,
    prices: Arc<dyn LinkPrices>,
}

impl Links {
    /// Links whose `callback_id`s were made by `form`.
    ///
    /// The form is what keeps link notifications and those of orders apart: see [`LinkCallback`].
    #[must_use]
    pub fn new(form: IdForm, prices: Arc<dyn LinkPrices>) -> Self {
        Self { form, prices }
    }

    /// How the ids look.
    #[must_use]
    pub fn form(&self) -> &IdForm {
        &self.form
    }

    /// A `callback_id` for a new link.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[must_use]
    pub fn new_id(&self) -> CallbackId {
        #[expect(clippy::expect_used, reason = "a form makes letters and digits only")]
        CallbackId::new(&self.form.make()).expect("32 letters and digits")
    }

    /// Starts to make the gate of link payments: it claims in `store`, which may be the one of the
    /// orders, and compares with the prices of the links.
    pub fn gate(&self, store: Arc<dyn OrderStore>) -> GateBuilder {
        Gate::builder(store, Arc::new(self.clone()))
    }
}

/// The expected amount of one payment of a link is the price of its link. Every other order is unknown.
#[async_trait]
impl ExpectedAmount for Links {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        match LinkCallback::link_of(order) {
            Some(link) => self.prices.price(&link).await,
            None => Ok(Expected::Unknown),
        }
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}
