//! The store that remembers which payments are handled.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::{Claim, Claimant, HandlerFailure, Lease, Payment, Settled, Standing, StoreError};

/// Remembers, durably, which payments are handled and who is handling one now.
///
/// # Rules for implementations
///
/// * `claim` is one atomic statement: never read then write, and never an upsert that can take over
///   a live claim.
/// * All times come from the store's own clock (the database's `now()`), never from the caller's.
/// * Every future may be dropped at any await; what it leaves behind must be healed by the next
///   delivery (at the latest when the lease runs out).
/// * `settle` and `release` act only for the lease's own [`Claimant`].
///
/// The [conformance kit](crate::testing) checks all of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order store",
    note = "use `MemoryStore` in tests, `SqliteLedger` on one node, or implement `OrderStore` and run the conformance kit of `paid-once` on it"
)]
#[async_trait]
pub trait OrderStore: Send + Sync + 'static {
    /// Asks for the right to handle `payment` for as long as `lease_for`.
    ///
    /// The table in the [crate docs](crate) says which state gives which answer. A claim repeated by
    /// the same `claimant` while it holds the lease is granted again, with the same attempt and
    /// fence.
    ///
    /// A granted claim of a success makes its total durable: until it is settled, the order is owed to
    /// the buyer, whatever becomes of the lease.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether the claim was made. Ask again with the same `claimant`.
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError>;

    /// What a claim of `payment` would be answered, without claiming anything: for the gate, before it
    /// refuses a payment whose order may be settled long since.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be read.
    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError>;

    /// Makes "handled" durable. A lease that ran out but was not taken over still settles.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it was settled. Settling again is safe.
    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError>;

    /// Gives the lease back unhandled, so that the next delivery is granted at once. Does nothing
    /// for a lease that is settled or lost.
    ///
    /// The order of a released success is [undelivered](crate::Undelivered): its total stays, and so
    /// does `why`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the lease then runs out by itself.
    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError>;

    /// Records durably that `payment` was verified but not delivered, for a person to look at.
    /// Recording the same again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing is recorded for sure; the provider is made to ask again.
    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError>;
}

/// Why a verified payment was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReviewReason {
    /// The shop knows no such order.
    UnknownOrder,
    /// The total does not match the shop's records.
    AmountMismatch,
    /// The currency does not match the shop's records.
    CurrencyMismatch,
    /// A test payment where live ones are expected.
    TestPayment,
    /// The order is settled with another total.
    Conflict,
    /// The provider, asked again, contradicted its own message.
    ReadBackContradicted,
    /// The message does not say in a readable way which currency was paid.
    UnreadableCurrency,
    /// The message does not say in a readable way which amount was asked for.
    UnreadableRequested,
    /// The message does not say in a readable way whether it is a test.
    UnreadableMode,
    /// Money went back to the buyer before the payment was delivered.
    RefundedBefore,
}

impl ReviewReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::UnknownOrder,
        Self::AmountMismatch,
        Self::CurrencyMismatch,
        Self::TestPayment,
        Self::Conflict,
        Self::ReadBackContradicted,
        Self::UnreadableCurrency,
        Self::UnreadableRequested,
        Self::UnreadableMode,
        Self::RefundedBefore,
    ];

    /// A stable name in `snake_case`, for stores and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown_order",
            Self::AmountMismatch => "amount_mismatch",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::TestPayment => "test_payment",
            Self::Conflict => "conflict",
            Self::ReadBackContradicted => "read_back_contradicted",
            Self::UnreadableCurrency => "unreadable_currency",
            Self::UnreadableRequested => "unreadable_requested",
            Self::UnreadableMode => "unreadable_mode",
            Self::RefundedBefore => "refunded_before",
        }
    }

    /// The reason with this [name](Self::as_str).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for ReviewReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
