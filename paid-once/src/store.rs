//! The store that remembers which payments are handled.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    Claim, Claimant, HandlerFailure, Lease, Payment, ReviewReason, Settled, Standing, StoreError,
};

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

    /// [`claim`](Self::claim) in a store that answers without waiting; `None` from any other. The gate asks
    /// here first, and a claim that never waits then needs no future on the heap.
    fn claim_at_once(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Option<Result<Claim, StoreError>> {
        let _ = (payment, claimant, lease_for);
        None
    }

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

    /// [`settle`](Self::settle) in a store that answers without waiting; `None` from any other.
    fn settle_at_once(&self, lease: &Lease) -> Option<Result<Settled, StoreError>> {
        let _ = lease;
        None
    }

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
    ///
    /// The same order, reason and total again is no new entry: it is counted, and the entry keeps the
    /// payment that was seen first. An entry that a person resolved stays resolved.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing is recorded for sure; the provider is made to ask again.
    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError>;
}
