//! A ledger in memory, for tests and for trying things out.

mod row;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    BoxError, Claim, Claimant, Expected, ExpectedAmount, Lease, NewOrder, Opened, OrderKey,
    OrderLedger, OrderRecord, OrderState, OrderStore, Payment, Review, ReviewReason, Settled,
    StoreError,
};
use row::{LedgerRow, SettlementRow};

/// An [`OrderLedger`] in memory. It forgets everything when the process ends: for tests, demos and
/// benchmarks, not for a shop.
///
/// Its clock is tokio's, so a test may pause and advance it.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    orders: HashMap<OrderKey, LedgerRow>,
    // Boxed: a growing map moves every entry.
    settlements: HashMap<OrderKey, Box<SettlementRow>>,
    reviews: Vec<(Review, Instant)>,
    carts: HashMap<(String, String), OrderKey>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // No code panics while it holds the lock, and rows are changed in one go.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The wall-clock time of an instant of the past.
fn wall_clock(instant: Instant) -> SystemTime {
    SystemTime::now()
        .checked_sub(instant.elapsed())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Tables {
    fn record(&self, order: &OrderKey) -> Option<OrderRecord> {
        let row = self.orders.get(order)?;
        Some(OrderRecord::new(
            order.clone(),
            row.expected,
            row.mode,
            row.session.clone(),
            self.state(order),
            wall_clock(row.opened_at),
        ))
    }

    fn state(&self, order: &OrderKey) -> OrderState {
        let settlement = self.settlements.get(order);
        if let Some(total) = settlement.and_then(|row| row.paid_total()) {
            OrderState::Paid { total }
        } else if self
            .reviews
            .iter()
            .any(|(review, _)| review.order == *order)
        {
            OrderState::Review
        } else if settlement.is_some_and(|row| row.failure_is_settled()) {
            OrderState::Failed
        } else {
            OrderState::Pending
        }
    }

    /// The order that still answers for an idempotency key.
    fn reusable(&self, new: &NewOrder) -> Option<Opened> {
        let idempotency = new.idempotency.as_ref()?;
        let cart = (new.order.merchant().to_owned(), idempotency.key.clone());
        let order = self.carts.get(&cart)?;
        let row = self.orders.get(order)?;
        let record = self.record(order)?;
        let reusable = match record.state {
            OrderState::Paid { .. } => true,
            OrderState::Failed => false,
            _ => row.opened_at.elapsed() < idempotency.reuse_for,
        };
        if !reusable {
            return None;
        }
        Some(if row.fingerprint == Some(idempotency.fingerprint) {
            Opened::Existing(record)
        } else {
            Opened::KeyReused
        })
    }
}

#[async_trait]
impl OrderStore for MemoryStore {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let mut tables = self.tables();
        let row = tables.settlements.entry(payment.order.clone()).or_default();
        Ok(row.claim(payment, claimant, lease_for))
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let mut tables = self.tables();
        Ok(match tables.settlements.get_mut(lease.order()) {
            Some(row) => row.settle(lease.claimant()),
            None => Settled::Lost,
        })
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if let Some(row) = tables.settlements.get_mut(lease.order()) {
            row.release(lease.claimant());
        }
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let known = tables.reviews.iter().any(|(review, _)| {
            review.order == payment.order && review.reason == why && review.total == payment.total()
        });
        if !known {
            let review = Review::of(payment, why, SystemTime::now());
            tables.reviews.push((review, Instant::now()));
        }
        Ok(())
    }
}

#[async_trait]
impl ExpectedAmount for MemoryStore {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let tables = self.tables();
        Ok(tables
            .orders
            .get(order)
            .map_or(Expected::Unknown, |row| row.expected))
    }
}

#[async_trait]
impl OrderLedger for MemoryStore {
    async fn open(&self, new: NewOrder) -> Result<Opened, StoreError> {
        let mut tables = self.tables();
        if let Some(existing) = tables.reusable(&new) {
            return Ok(existing);
        }
        if tables.orders.contains_key(&new.order) {
            return Ok(Opened::OrderExists);
        }
        if let Some(idempotency) = &new.idempotency {
            let cart = (new.order.merchant().to_owned(), idempotency.key.clone());
            tables.carts.insert(cart, new.order.clone());
        }
        tables
            .orders
            .insert(new.order.clone(), LedgerRow::new(&new));
        Ok(Opened::New)
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        if let Some(row) = self.tables().orders.get_mut(order) {
            row.session = Some(session.to_owned());
        }
        Ok(())
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.tables().carts.retain(|_, of| of != order);
        Ok(())
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables
            .orders
            .entry(order.clone())
            .or_insert_with(|| LedgerRow::new(&NewOrder::new(order.clone(), expected)))
            .expected = expected;
        Ok(())
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        Ok(self.tables().record(order))
    }

    async fn unsettled_since(
        &self,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let tables = self.tables();
        let mut due: Vec<_> = tables
            .orders
            .iter()
            .filter(|(_, row)| row.opened_at.elapsed() >= age)
            .filter(|(order, _)| {
                tables
                    .settlements
                    .get(*order)
                    .is_none_or(|row| row.settled_at().is_none())
            })
            .map(|(order, row)| (row.opened_at, order))
            .collect();
        due.sort();
        Ok(due
            .into_iter()
            .take(limit as usize)
            .filter_map(|(_, order)| tables.record(order))
            .collect())
    }

    async fn reviews(&self, limit: u32) -> Result<Vec<Review>, StoreError> {
        let tables = self.tables();
        let newest_first = tables.reviews.iter().rev().take(limit as usize);
        Ok(newest_first
            .map(|(review, since)| Review {
                first_seen: wall_clock(*since),
                ..review.clone()
            })
            .collect())
    }

    async fn purge(&self, older_than: Duration, batch: u32) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let keys = tables.orders.keys().chain(tables.settlements.keys());
        let mut past: Vec<OrderKey> = keys
            .filter(|order| {
                let last_event = match tables.settlements.get(*order) {
                    Some(row) if row.holds_unsettled_claim() => None,
                    Some(row) => row.settled_at(),
                    None => tables.orders.get(*order).map(|row| row.opened_at),
                };
                last_event.is_some_and(|at| at.elapsed() >= older_than)
            })
            .cloned()
            .collect();
        past.sort();
        past.dedup();
        past.truncate(batch as usize);
        for order in &past {
            tables.orders.remove(order);
            tables.settlements.remove(order);
            tables.carts.retain(|_, of| of != order);
        }
        Ok(past.len() as u64)
    }
}
