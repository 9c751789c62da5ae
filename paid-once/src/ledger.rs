//! The shop's record of the orders it opened.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    DueOrder, Expected, ExpectedAmount, Mode, OrderKey, OrderRecord, OrderStore, Resolution,
    Resolving, Review, ReviewFilter, ReviewId, StoreError,
};

/// A store that also remembers the orders this shop opened: what they cost and how they stand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order ledger",
    note = "use `MemoryStore` in tests or `SqliteLedger` on one node"
)]
#[async_trait]
pub trait OrderLedger: OrderStore + ExpectedAmount {
    /// Opens an order, before the provider hears of it.
    ///
    /// With an [`Idempotency`] the same key gives the same order as long as that order may still be
    /// paid, is paid, settled or not, or waits for a person: see [`Opened`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether the order was opened; use a new order id.
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError>;

    /// Remembers the provider's own handle for the order (PayTR's iframe token, a session id).
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError>;

    /// Frees the order's idempotency key, because this order will never be paid. The order itself
    /// stays known, so that a payment for it is still recognised.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError>;

    /// Corrects what an order is expected to cost, after a person looked at it. Opens the order if
    /// it is unknown. [`Expected::Unknown`] makes it unknown again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError>;

    /// The order, if this shop opened it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be read.
    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError>;

    /// Takes at most `limit` orders of one merchant namespace that the provider is to be asked about
    /// now, those that have been due longest first. Each is given to one caller: until `busy_for` is
    /// over, or [`postpone`](Self::postpone) says otherwise, it is due for nobody else.
    ///
    /// An order becomes due [some time](NewOrder::inquire_after) after it was opened, and stays so,
    /// time and again, until its success is settled or it is [closed](Self::close). When its handler fails
    /// for the first time, it is due a minute later at the latest. An order that was never opened becomes
    /// due a minute after a success of it was claimed; its record then expects [`Expected::Unknown`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]: some may have been taken; they are due again after `busy_for`.
    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError>;

    /// What [`take_due`](Self::take_due) would take, without taking it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError>;

    /// Makes an order that the provider is still to be asked about due again after `pause`. Any other
    /// order stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError>;

    /// Makes an order due at once, because its buyer came back, say. Works as long as the order was
    /// taken fewer than [`DueOrder::HURRIED_AT_MOST`] times, so that nobody can make a shop ask without
    /// end; after that, and for an order that is asked about no more, nothing changes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError>;

    /// Gives up an order that nobody paid: it is asked about no more, and its idempotency key is free for
    /// another order. A success that comes all the same is granted, and then the key is the order's again,
    /// unless another one has taken it. An order that is paid, settled or not, is not
    /// closed. Says whether the order is closed now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError>;

    /// Orders whose success was claimed and never settled, those that wait longest first, at most
    /// `limit`, of all merchants: money that the shop has and whose buyer has nothing.
    ///
    /// A payment whose process died is listed from when its order was [taken](Self::take_due) or
    /// claimed again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError>;

    /// Payments that were verified and not delivered, newest first, at most `limit`. The next page is
    /// [before](ReviewFilter::before) the last entry of this one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError>;

    /// Resolves an entry of the review queue, once and for good: what was written first stays. Of two
    /// calls at the same time one is answered [`Now`](Resolving::Now), the other one who was first.
    ///
    /// It only writes down what was done: deliver, or refund, before. [`ReviewQueue`](crate::ReviewQueue)
    /// does both in the right order.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it was written. Resolving again is safe.
    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError>;

    /// Forgets at most `batch` orders that are past `retention`. Returns how many. Call it until it
    /// returns 0.
    ///
    /// A pending order stays until it is [closed](Self::close), an undelivered one until it is
    /// delivered. Reviews and refunds stay.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: some may be gone, none that should not.
    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError>;
}

/// How long orders are kept, by the store's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Paid orders, from their settlement on. Longer than the provider repeats its messages and than
    /// refunds are possible (PayTR: a year): a message for a forgotten order is refused as unknown.
    pub paid: Duration,
    /// Failed and closed orders, from when they were last settled as failed or closed. Longer than a
    /// payment page lives: a success may follow a failure.
    pub unpaid: Duration,
}

/// An order to open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewOrder {
    /// Its key.
    pub order: OrderKey,
    /// What it costs.
    pub expected: Expected,
    /// Whether it will be paid with live money.
    pub mode: Mode,
    /// Makes double clicks harmless.
    pub idempotency: Option<Idempotency>,
    /// How old the order is when the provider is first asked about it: see
    /// [`take_due`](OrderLedger::take_due).
    pub inquire_after: Duration,
}

impl NewOrder {
    /// [`inquire_after`](Self::inquire_after) where nobody says otherwise: 5 minutes.
    pub const INQUIRE_AFTER: Duration = Duration::from_secs(300);

    /// A live order without an idempotency key.
    #[must_use]
    pub fn new(order: OrderKey, expected: Expected) -> Self {
        Self {
            order,
            expected,
            mode: Mode::Live,
            idempotency: None,
            inquire_after: Self::INQUIRE_AFTER,
        }
    }

    /// The same order in another mode.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// The same order under an idempotency key.
    #[must_use]
    pub fn with_idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// The same order, first asked about when it is this old.
    #[must_use]
    pub fn with_inquire_after(mut self, age: Duration) -> Self {
        self.inquire_after = age;
        self
    }
}

/// A key that the buyer's page sends with each click of one cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The key, unique per cart of one merchant.
    pub key: String,
    /// A digest of what is bought, so that one key cannot stand for two carts.
    pub fingerprint: [u8; 32],
    /// How long an unpaid order is given out again: the life of the provider's payment page.
    pub reuse_for: Duration,
}

/// What [`OrderLedger::open`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "only a new order may be sent to the provider"]
pub enum Opened {
    /// The order is new. Send it to the provider.
    New,
    /// The idempotency key belongs to this order, which is pending and young enough, or paid, or under
    /// review.
    Existing(OrderRecord),
    /// The idempotency key belongs to an order for something else.
    KeyReused,
    /// There is an order with this very key already. Make a new order id.
    OrderExists,
}
