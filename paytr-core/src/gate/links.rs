use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use paid_once::{
    BoxError, Expected, ExpectedAmount, Gate, GateBuilder, OrderKey, OrderStore, PriceList,
    StoreError, SurchargeLimit,
};

use crate::IdForm;
use crate::callback::{CallbackId, LinkCallback};
use crate::credentials::MerchantId;

/// The shop's own records of what its payment links cost.
///
/// PayTR makes the order id of each payment of a link, so no order can be opened beforehand. What is
/// known beforehand is the link. Implement this on the table of links that the shop made, or keep the prices
/// in the ledger: [`LedgerLinkPrices`].
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

/// The prices of links in a ledger: they are there after a restart, and on every node.
///
/// Set the price before the link is made, so that no payment can come before it. It stays until it is
/// [removed](Self::remove): a link that was deleted may still have been paid. Cheap to clone.
///
/// ```
/// use std::sync::Arc;
/// use paytr_core::gate::{LedgerLinkPrices, LinkGate, Links};
/// use paytr_core::{Currency, Expected, IdForm, Keyring, MemoryStore, Money};
///
/// # async fn make(keyring: Keyring) -> Result<(), Box<dyn std::error::Error>> {
/// let ledger = Arc::new(MemoryStore::new());
/// let prices = LedgerLinkPrices::new(ledger.clone(), keyring.merchant_id());
/// let links = Links::new(IdForm::new("LINK")?, Arc::new(prices.clone()));
///
/// let callback_id = links.new_id();
/// let price = Expected::AtLeast(Money::new(9_900, Currency::TRY));
/// prices.set(&callback_id, price).await?; // before the request that makes the link
///
/// let gate = links.gate(ledger).build()?;
/// let gate = LinkGate::for_links(keyring, gate, links);
/// # let _ = gate;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LedgerLinkPrices {
    list: Arc<dyn PriceList>,
    namespace: String,
}

impl LedgerLinkPrices {
    /// The prices of the links of this merchant. Every ledger is a list of prices.
    #[must_use]
    pub fn new(list: Arc<dyn PriceList>, merchant: &MerchantId) -> Self {
        let namespace = format!("{merchant}:link");
        Self { list, namespace }
    }

    /// Writes what one payment of `link` should be, from now on: see [`LinkPrices::price`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it was written. Writing again is safe.
    pub async fn set(&self, link: &CallbackId, expected: Expected) -> Result<(), StoreError> {
        let list = &self.list;
        list.set_price(&self.namespace, link.as_str(), expected)
            .await
    }

    /// Takes a link off the list: from now on its payments are refused and wait for review.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it is off the list. Removing again is safe.
    pub async fn remove(&self, link: &CallbackId) -> Result<(), StoreError> {
        self.set(link, Expected::Unknown).await
    }
}

#[async_trait]
impl LinkPrices for LedgerLinkPrices {
    async fn price(&self, link: &CallbackId) -> Result<Expected, BoxError> {
        let price = self.list.price(&self.namespace, link.as_str()).await;
        price.map_err(Into::into)
    }
}

impl fmt::Debug for LedgerLinkPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerLinkPrices")
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
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
    ///
    /// How far a total lies above the price is not limited, since the price of a link may be that of its
    /// smallest quantity or amount. Where all links sell one piece at one price, set a
    /// [limit](GateBuilder::surcharge_limit).
    pub fn gate(&self, store: Arc<dyn OrderStore>) -> GateBuilder {
        let gate = Gate::builder(store, Arc::new(self.clone()));
        gate.surcharge_limit(SurchargeLimit::NONE)
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
