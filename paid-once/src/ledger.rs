//! The shop's record of the orders it opened.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::{
    Expected, ExpectedAmount, Mode, Money, OrderKey, OrderStore, Payment, ReviewReason, StoreError,
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
    /// paid or is paid: see [`Opened`].
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

    /// Orders opened at least `age` ago that are neither paid nor failed, oldest first, at most
    /// `limit`: what a reconciliation job asks the provider about.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn unsettled_since(
        &self,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError>;

    /// Payments that were verified and not delivered, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn reviews(&self, limit: u32) -> Result<Vec<Review>, StoreError>;

    /// Forgets at most `batch` orders that were settled, or opened and never claimed, at least
    /// `older_than` ago. Returns how many. Call it until it returns 0.
    ///
    /// An order that was claimed and never settled stays: money may have moved. Reviews stay.
    ///
    /// Choose `older_than` longer than the provider repeats its messages and longer than refunds
    /// are possible (PayTR: a year): a message for a forgotten order is refused as unknown.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: some may be gone, none that should not.
    async fn purge(&self, older_than: Duration, batch: u32) -> Result<u64, StoreError>;
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
}

impl NewOrder {
    /// A live order without an idempotency key.
    #[must_use]
    pub fn new(order: OrderKey, expected: Expected) -> Self {
        Self {
            order,
            expected,
            mode: Mode::Live,
            idempotency: None,
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
    /// The idempotency key belongs to this order, which is pending and young enough, or paid.
    Existing(OrderRecord),
    /// The idempotency key belongs to an order for something else.
    KeyReused,
    /// There is an order with this very key already. Make a new order id.
    OrderExists,
}

/// One order of the ledger. Whoever has the provider's handle may open the payment page, so `Debug`
/// does not show it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderRecord {
    /// Its key.
    pub order: OrderKey,
    /// What it costs.
    pub expected: Expected,
    /// Live or test.
    pub mode: Mode,
    /// The provider's handle, once attached.
    pub session: Option<String>,
    /// How it stands.
    pub state: OrderState,
    /// When it was opened, by the store's clock.
    pub opened_at: SystemTime,
}

impl OrderRecord {
    /// A record, as a store reads it.
    #[must_use]
    pub fn new(
        order: OrderKey,
        expected: Expected,
        mode: Mode,
        session: Option<String>,
        state: OrderState,
        opened_at: SystemTime,
    ) -> Self {
        Self {
            order,
            expected,
            mode,
            session,
            state,
            opened_at,
        }
    }
}

impl fmt::Debug for OrderRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRecord")
            .field("order", &self.order)
            .field("expected", &self.expected)
            .field("mode", &self.mode)
            .field("has_session", &self.session.is_some())
            .field("state", &self.state)
            .field("opened_at", &self.opened_at)
            .finish()
    }
}

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderState {
    /// No settled payment yet; perhaps one is being handled.
    Pending,
    /// A success is settled.
    Paid {
        /// What was paid.
        total: Money,
    },
    /// A failure is settled. A success may still follow.
    Failed,
    /// A verified payment was not delivered and waits for a person; nothing is paid.
    Review,
}

impl OrderState {
    /// `pending`, `paid`, `failed` or `review`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid { .. } => "paid",
            Self::Failed => "failed",
            Self::Review => "review",
        }
    }
}

/// A verified payment that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// The order it names.
    pub order: OrderKey,
    /// Why it was not delivered.
    pub reason: ReviewReason,
    /// The total it claims, if it is a success.
    pub total: Option<Money>,
    /// When it was first seen, by the store's clock.
    pub first_seen: SystemTime,
}

impl Review {
    /// A review, as a store reads it.
    #[must_use]
    pub fn new(
        order: OrderKey,
        reason: ReviewReason,
        total: Option<Money>,
        first_seen: SystemTime,
    ) -> Self {
        Self {
            order,
            reason,
            total,
            first_seen,
        }
    }

    /// The review of `payment`.
    #[must_use]
    pub fn of(payment: &Payment, reason: ReviewReason, first_seen: SystemTime) -> Self {
        Self::new(payment.order.clone(), reason, payment.total(), first_seen)
    }
}
