//! The shop's own record of refunds: what keeps two partial refunds from giving back too much.

mod memory;

use async_trait::async_trait;
use paid_once::{Money, OrderKey, StoreError};

use crate::api::ReferenceNo;

pub use memory::MemoryRefundLedger;

/// Reserves the amount of a refund before it is sent.
///
/// A status inquiry cannot keep two refunds apart that are sent at the same time: neither sees the
/// other. A ledger can, when [`reserve`](Self::reserve) is atomic: one statement of a database, or one
/// lock. Use it with `PaytrClient::refund_reserved`.
///
/// | the refund | the reservation |
/// |---|---|
/// | was executed | [confirmed](Self::confirm); it counts for ever |
/// | was surely not executed | [cancelled](Self::cancel); its amount is free again |
/// | has an unknown outcome | stays, and counts, until somebody finds out |
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a refund ledger",
    note = "use `MemoryRefundLedger` in tests and on one node"
)]
#[async_trait]
pub trait RefundLedger: Send + Sync + 'static {
    /// Reserves an amount under a reference, in one atomic step.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing is sent then.
    async fn reserve(
        &self,
        order: &OrderKey,
        reference: &ReferenceNo,
        amount: Money,
    ) -> Result<Reservation, StoreError>;

    /// The refund was executed. Does nothing to a reservation that is confirmed already.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; the reservation counts all the same.
    async fn confirm(&self, order: &OrderKey, reference: &ReferenceNo) -> Result<(), StoreError>;

    /// The refund was surely not executed. Does nothing to a confirmed reservation.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; the reservation goes on counting.
    async fn cancel(&self, order: &OrderKey, reference: &ReferenceNo) -> Result<(), StoreError>;
}

/// The answer to a request for a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a refund is sent only when its amount was reserved"]
pub enum Reservation {
    /// The amount is reserved.
    Granted,
    /// More than what is left of the order, reservations counted.
    Exceeds {
        /// What is left.
        left: Money,
    },
    /// There is a reservation under this reference already: another refund, or this one with an
    /// unknown outcome.
    Duplicate,
    /// The ledger does not know the order.
    UnknownOrder,
}
