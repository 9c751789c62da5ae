//! The review queue, worked by people.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::{
    BoxError, Decision, Delivery, Gate, OrderLedger, Payment, Resolution, Resolved, Resolving,
    Review, ReviewFilter, ReviewId, StoreError,
};

/// What a person does with the entries of the review queue: deliver, take out of delivery because the money
/// goes back, dismiss.
///
/// Whatever two people do at the same time, the gate hands a payment to one handler at most, and one of
/// them resolves the entry; the other is told who did. A process that dies in between leaves the entry
/// open: nothing is lost, and to do the same again is safe.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use paid_once::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let ledger = Arc::new(MemoryStore::new());
/// # let gate = Gate::builder(ledger.clone(), ledger.clone()).build()?;
/// let order = OrderKey::new("123456", "SHOP0001")?;
/// let price = Money::new(3_456, Currency::TRY);
/// ledger.open(NewOrder::new(order.clone(), Expected::AtLeast(price))).await?;
///
/// // A lira is missing, so the payment is refused and waits for a person.
/// let short = Payment::paid(order, Money::new(3_356, Currency::TRY));
/// let refused = gate.receive(short, |_| async { Ok::<_, BoxError>(()) }).await;
/// assert!(!refused.is_acknowledged());
///
/// let queue = ReviewQueue::new(gate, ledger.clone());
/// let waiting = ledger.reviews(&ReviewFilter::open(), 50).await?;
/// let entry = waiting[0].id;
/// let worked = queue.deliver(entry, "ayse", "we owe her a lira", |_| async { Ok::<_, BoxError>(()) });
/// assert_eq!(worked.await?, Worked::Done);
///
/// // Somebody else is told.
/// let late = queue.dismiss(entry, "mehmet", "").await?;
/// assert!(matches!(late, Worked::AlreadyResolved(by) if by.by == "ayse"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReviewQueue {
    gate: Gate,
    ledger: Arc<dyn OrderLedger>,
}

/// What became of a person's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "somebody else may have resolved it, or the handler may have failed"]
pub enum Worked {
    /// The entry is resolved as this person said.
    Done,
    /// Somebody resolved it before; what they wrote stays.
    AlreadyResolved(Resolved),
    /// The payment was not taken, and the entry is still open: the handler failed, somebody is at work on
    /// the order now, or the order is settled otherwise: with another total, or delivered where it was to be
    /// taken out, or the other way round.
    NotTaken(Decision),
    /// There is no such entry.
    Unknown,
}

impl ReviewQueue {
    /// The queue of `ledger`, whose payments go through `gate`.
    #[must_use]
    pub fn new(gate: Gate, ledger: Arc<dyn OrderLedger>) -> Self {
        Self { gate, ledger }
    }

    /// An entry, open or resolved.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be read.
    pub async fn entry(&self, entry: ReviewId) -> Result<Option<Review>, StoreError> {
        let next = ReviewId::new(entry.get().saturating_add(1));
        let filter = ReviewFilter::all().before(next);
        let found = self.ledger.reviews(&filter, 1).await?;
        Ok(found.into_iter().find(|review| review.id == entry))
    }

    /// Delivers the payment through the gate, whatever check refused it, and resolves the entry as
    /// [`Delivered`](Resolution::Delivered). An order that was delivered with this total already is not
    /// delivered again; the entry is resolved all the same. One that was [taken out](Self::take_out) is
    /// [not taken](Worked::NotTaken).
    ///
    /// `by` is who decided, `note` why. When `handler` fails the entry stays open; the order of a success
    /// is [undelivered](crate::Undelivered) then, and is tried again as such.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the entry could not be read or resolved. Delivering again is safe.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn deliver<H, F, E>(
        &self,
        entry: ReviewId,
        by: &str,
        note: &str,
        handler: H,
    ) -> Result<Worked, StoreError>
    where
        H: FnOnce(Delivery) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let payment = match self.open_payment(entry).await? {
            Ok(payment) => payment,
            Err(told) => return Ok(told),
        };
        let order = payment.order.clone();
        match self.gate.deliver_by_hand(payment, handler).await {
            Decision::Settled => {}
            Decision::Duplicate if !self.gate.is_taken_out(&order).await? => {}
            other => return Ok(Worked::NotTaken(other)),
        }
        self.resolve(entry, Resolution::Delivered, by, note).await
    }

    /// Settles the order as paid without any handler, because its money is to be given back: no later
    /// message can deliver it. The entry stays open. Refund then, and write it down with
    /// [`refunded`](Self::refunded). To do it again is safe. An order that was delivered meanwhile is
    /// [not taken](Worked::NotTaken): its goods are out.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the entry could not be read.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn take_out(&self, entry: ReviewId) -> Result<Worked, StoreError> {
        let payment = match self.open_payment(entry).await? {
            Ok(payment) => payment,
            Err(told) => return Ok(told),
        };
        let order = payment.order.clone();
        Ok(match self.gate.take_out(payment).await {
            Decision::Settled => Worked::Done,
            Decision::Duplicate if self.gate.is_taken_out(&order).await? => Worked::Done,
            other => Worked::NotTaken(other),
        })
    }

    /// Resolves the entry as [`Refunded`](Resolution::Refunded).
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it is resolved.
    pub async fn refunded(
        &self,
        entry: ReviewId,
        by: &str,
        note: &str,
    ) -> Result<Worked, StoreError> {
        self.resolve(entry, Resolution::Refunded, by, note).await
    }

    /// Resolves the entry as [`Dismissed`](Resolution::Dismissed): nothing is done.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it is resolved.
    pub async fn dismiss(
        &self,
        entry: ReviewId,
        by: &str,
        note: &str,
    ) -> Result<Worked, StoreError> {
        self.resolve(entry, Resolution::Dismissed, by, note).await
    }

    /// The payment of an open entry.
    async fn open_payment(&self, entry: ReviewId) -> Result<Result<Payment, Worked>, StoreError> {
        let Some(review) = self.entry(entry).await? else {
            return Ok(Err(Worked::Unknown));
        };
        Ok(match review.resolved {
            Some(resolved) => Err(Worked::AlreadyResolved(resolved)),
            None => Ok(review.payment),
        })
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Worked, StoreError> {
        let resolving = self.ledger.resolve(entry, resolution, by, note).await?;
        let told = match resolving {
            Resolving::Now => Worked::Done,
            Resolving::Already(resolved) => Worked::AlreadyResolved(resolved),
            Resolving::Unknown => Worked::Unknown,
        };
        if told == Worked::Done {
            tracing::info!(
                entry = entry.get(),
                resolution = resolution.as_str(),
                "a review is resolved"
            );
        }
        Ok(told)
    }
}

impl fmt::Debug for ReviewQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewQueue")
            .field("gate", &self.gate)
            .finish_non_exhaustive()
    }
}
