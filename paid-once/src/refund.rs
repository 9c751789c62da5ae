//! The shop's own record of refunds: what keeps two of them from giving back too much.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::{Money, OrderKey, StoreError};

/// Reserves the amount of a refund durably, before it is sent.
///
/// No inquiry at the provider can keep two refunds apart that are sent at the same time: neither sees
/// the other. A ledger can, because [`reserve`](Self::reserve) is one atomic step.
///
/// | the refund | the reservation |
/// |---|---|
/// | was executed | is [confirmed](Self::confirm); it counts for ever |
/// | was surely not executed | is [cancelled](Self::cancel); its amount is free again |
/// | has an unknown outcome | stays, and counts, until somebody finds out |
///
/// A refund is named by its order and a reference, which is what the provider knows it by.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a refund ledger",
    note = "the ledgers of `paid-once`, `paid-once-sqlx` and `paid-once-redis` are; or implement `RefundLedger` and run the conformance kit on it"
)]
#[async_trait]
pub trait RefundLedger: Send + Sync + 'static {
    /// Reserves an amount under a reference, in one atomic step: what is reserved and executed of an
    /// order never adds up to more than what was paid.
    ///
    /// What was paid is the settled total of the order. Of an order that the ledger does not know it is
    /// what the refund [says](NewRefund::paid).
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it is reserved; do not send the refund. The reservation, if there
    /// is one, is among the [undecided](Self::undecided_refunds).
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError>;

    /// The refund was executed. So it is written even if it was cancelled before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; the reservation counts all the same.
    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError>;

    /// The refund was surely not executed. Does nothing to a confirmed one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; the reservation goes on counting.
    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError>;

    /// Every refund of an order, those reserved first first, cancelled ones too.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError>;

    /// Refunds of a merchant that were reserved at least `age` ago and are neither confirmed nor
    /// cancelled, those that wait longest first, at most `limit`: their outcome is unknown. Ask the
    /// provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError>;
}

/// A refund to reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewRefund {
    /// The order it is of.
    pub order: OrderKey,
    /// What the provider will know it by. New for every refund.
    pub reference: String,
    /// How much is given back.
    pub amount: Money,
    /// What was paid, for an order that the ledger does not know. A ledger that knows the order goes by
    /// its own record.
    pub paid: Option<Money>,
    /// Who asked for it. May be empty.
    pub by: String,
}

impl NewRefund {
    /// A refund of an order that the ledger knows.
    #[must_use]
    pub fn new(order: OrderKey, reference: impl Into<String>, amount: Money) -> Self {
        Self {
            order,
            reference: reference.into(),
            amount,
            paid: None,
            by: String::new(),
        }
    }

    /// The same refund of an order with which this was paid, as somebody who knows it says.
    #[must_use]
    pub fn with_paid(mut self, paid: Option<Money>) -> Self {
        self.paid = paid;
        self
    }

    /// The same refund, asked for by this person.
    #[must_use]
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.by = who.into();
        self
    }
}

/// The answer to a request for a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a refund is sent only when its amount was reserved"]
pub enum Reservation {
    /// The amount is reserved.
    Granted,
    /// More than what is left of the order, reservations counted, or another currency.
    Exceeds {
        /// What is left.
        left: Money,
    },
    /// There is a refund under this reference already, which is not cancelled: another one, or this one
    /// with an unknown outcome.
    Duplicate,
    /// The ledger knows the order, and no payment of it is settled: it is pending, failed, closed,
    /// undelivered or under review.
    NotPaid,
    /// The ledger does not know the order, and the refund does not say what was paid.
    UnknownOrder,
}

/// A refund, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundRecord {
    /// The order it is of.
    pub order: OrderKey,
    /// What the provider knows it by.
    pub reference: String,
    /// How much is given back.
    pub amount: Money,
    /// Who asked for it. May be empty.
    pub by: String,
    /// How it stands.
    pub state: RefundState,
    /// When it was reserved, by the store's clock.
    pub reserved_at: SystemTime,
    /// When it was confirmed or cancelled, by the store's clock.
    pub decided_at: Option<SystemTime>,
}

impl RefundRecord {
    /// A refund, as a store reads it.
    #[must_use]
    pub fn new(
        refund: NewRefund,
        state: RefundState,
        reserved_at: SystemTime,
        decided_at: Option<SystemTime>,
    ) -> Self {
        Self {
            order: refund.order,
            reference: refund.reference,
            amount: refund.amount,
            by: refund.by,
            state,
            reserved_at,
            decided_at,
        }
    }
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundState {
    /// Reserved: about to be sent, or sent with an unknown outcome. It counts.
    Reserved,
    /// Executed: the buyer has the money. It counts.
    Executed,
    /// Surely not executed. It does not count.
    Cancelled,
}

impl RefundState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Reserved, Self::Executed, Self::Cancelled];

    /// A stable name in `snake_case`, for stores.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Executed => "executed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this [name](Self::as_str).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for RefundState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
