use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use paid_once::{Money, OrderKey, StoreError};

use super::{RefundLedger, Reservation};
use crate::api::ReferenceNo;

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
