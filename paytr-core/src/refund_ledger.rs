//! The shop's own record of refunds: what keeps two partial refunds from giving back too much.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use paid_once::{Money, OrderKey, StoreError};

use crate::api::ReferenceNo;

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

/// A [`RefundLedger`] in memory: for tests, and for one node that may forget on restart.
///
/// It keeps two refunds apart that run at the same time. After a restart it knows nothing, and the
/// status inquiry is the only limit again.
#[derive(Debug, Default)]
pub struct MemoryRefundLedger {
    orders: Mutex<HashMap<OrderKey, Account>>,
}

#[derive(Debug)]
struct Account {
    total: Money,
    refunds: HashMap<ReferenceNo, Entry>,
}

#[derive(Debug)]
struct Entry {
    amount: Money,
    confirmed: bool,
}

impl Account {
    /// What is left of the order, reservations counted.
    fn left(&self) -> Money {
        let taken = self.refunds.values().fold(0_u64, |sum, entry| {
            sum.saturating_add(entry.amount.minor_units())
        });
        let left = self.total.minor_units().saturating_sub(taken);
        Money::new(left, self.total.currency())
    }
}

impl MemoryRefundLedger {
    /// A ledger that knows no order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells the order amount of a paid order, against which refunds are measured. A second call for
    /// the same order changes nothing.
    pub fn paid(&self, order: OrderKey, amount: Money) {
        self.orders().entry(order).or_insert_with(|| Account {
            total: amount,
            refunds: HashMap::new(),
        });
    }

    /// What is left of an order, reservations counted; `None` for an unknown order.
    #[must_use]
    pub fn left(&self, order: &OrderKey) -> Option<Money> {
        self.orders().get(order).map(Account::left)
    }

    fn orders(&self) -> MutexGuard<'_, HashMap<OrderKey, Account>> {
        // Every change is one assignment, so a panic elsewhere leaves nothing half done.
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RefundLedger for MemoryRefundLedger {
    async fn reserve(
        &self,
        order: &OrderKey,
        reference: &ReferenceNo,
        amount: Money,
    ) -> Result<Reservation, StoreError> {
        let mut orders = self.orders();
        let Some(account) = orders.get_mut(order) else {
            return Ok(Reservation::UnknownOrder);
        };
        if account.refunds.contains_key(reference) {
            return Ok(Reservation::Duplicate);
        }
        let left = account.left();
        let fits =
            left.currency() == amount.currency() && amount.minor_units() <= left.minor_units();
        if !fits {
            return Ok(Reservation::Exceeds { left });
        }
        let confirmed = false;
        let entry = Entry { amount, confirmed };
        account.refunds.insert(reference.clone(), entry);
        Ok(Reservation::Granted)
    }

    async fn confirm(&self, order: &OrderKey, reference: &ReferenceNo) -> Result<(), StoreError> {
        let mut orders = self.orders();
        let entry = orders
            .get_mut(order)
            .and_then(|account| account.refunds.get_mut(reference));
        if let Some(entry) = entry {
            entry.confirmed = true;
        }
        Ok(())
    }

    async fn cancel(&self, order: &OrderKey, reference: &ReferenceNo) -> Result<(), StoreError> {
        let mut orders = self.orders();
        if let Some(account) = orders.get_mut(order) {
            let goes = |entry: &Entry| !entry.confirmed;
            if account.refunds.get(reference).is_some_and(goes) {
                account.refunds.remove(reference);
            }
        }
        Ok(())
    }
}
