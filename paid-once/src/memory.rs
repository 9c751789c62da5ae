//! A ledger in memory, for tests and for trying things out.

mod agenda;
mod back_office;
mod paid;
mod refunds;
mod reviews;
mod row;
mod settlements;
mod tables;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    BoxError, Claim, Claimant, DueOrder, Expected, ExpectedAmount, HandlerFailure, Lease, NewOrder,
    Opened, OrderKey, OrderLedger, OrderRecord, OrderStore, Payment, PriceList, Resolution,
    Resolving, Retention, Review, ReviewFilter, ReviewId, ReviewReason, Settled, Standing,
    StoreError,
};
use row::LedgerRow;
use tables::Tables;

/// An [`OrderLedger`] in memory. It forgets everything when the process ends: for tests, demos and
/// benchmarks, not for a shop.
///
/// Its clock is tokio's, so a test may pause and advance it.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

/// When an order becomes due that was never opened, or not any more, after its success was claimed; and at the
/// latest any order after its handler failed for the first time.
const DUE_AFTER_A_CLAIM: Duration = Duration::from_secs(60);

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

    fn claimed(&self, payment: &Payment, claimant: Claimant, lease_for: Duration) -> Claim {
        let mut tables = self.tables();
        let tables = &mut *tables;
        let opened = tables.orders.get(&payment.order);
        let is_closed = opened.is_some_and(|row| row.closed_at.is_some());
        let now = Instant::now();
        let lease = (now, now + lease_for);
        let settlements = &mut tables.settlements;
        let claim = settlements.claim(payment, claimant, lease, is_closed);
        if payment.outcome.is_paid() && matches!(claim, Claim::Granted(_)) {
            let at = now + DUE_AFTER_A_CLAIM;
            tables.agenda.add_claimed(&payment.order, at);
        }
        claim
    }

    fn settled(&self, lease: &Lease) -> Settled {
        let mut tables = self.tables();
        let tables = &mut *tables;
        let now = Instant::now();
        let (settled, is_paid) = tables.settlements.settle(lease, now);
        if is_paid {
            tables.agenda.remove(lease.order());
        } else if settled == Settled::Now {
            tables.ended.insert((now, lease.order().clone()));
        }
        settled
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
        Ok(self.claimed(payment, claimant, lease_for))
    }

    fn claim_at_once(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Option<Result<Claim, StoreError>> {
        Some(Ok(self.claimed(payment, claimant, lease_for)))
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let tables = self.tables();
        let is_closed = tables.is_closed(&payment.order);
        let row = tables.settlements.get(&payment.order).unwrap_or_default();
        Ok(row.standing(payment, is_closed, Instant::now()))
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        Ok(self.settled(lease))
    }

    fn settle_at_once(&self, lease: &Lease) -> Option<Result<Settled, StoreError>> {
        Some(Ok(self.settled(lease)))
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let tables = &mut *tables;
        if let Some(row) = tables.settlements.unpaid_mut(lease.order())
            && row.release(lease.claimant(), why)
        {
            let at = Instant::now() + DUE_AFTER_A_CLAIM;
            tables.agenda.bring_forward(lease.order(), at);
        }
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.tables().reviews.record(payment, why);
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
            .insert(new.order.clone(), Box::new(LedgerRow::new(&new)));
        let tables = &mut *tables;
        let settlement = tables.settlements.get(&new.order);
        if settlement.is_none_or(|row| row.paid_total().is_none()) {
            let at = Instant::now() + new.inquire_after;
            tables.agenda.add_unless_there(&new.order, at);
        }
        Ok(Opened::New)
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        if let Some(row) = self.tables().orders.get_mut(order) {
            row.session = Some(session.to_owned());
        }
        Ok(())
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.tables().free_carts_of(order);
        Ok(())
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let tables = &mut *tables;
        if let Some(row) = tables.orders.get_mut(order) {
            row.expected = expected;
            return Ok(());
        }
        let new = NewOrder::new(order.clone(), expected);
        let settlement = tables.settlements.get(order);
        if settlement.is_none_or(|row| row.paid_total().is_none()) {
            let at = Instant::now() + new.inquire_after;
            tables.agenda.add_unless_there(order, at);
        }
        let row = Box::new(LedgerRow::new(&new));
        tables.orders.insert(order.clone(), row);
        Ok(())
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        Ok(self.tables().record(order))
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let mut tables = self.tables();
        let taken = tables.agenda.take(merchant, limit as usize, busy_for);
        let due = taken.iter();
        Ok(due
            .map(|(order, taken)| tables.due_order(order, *taken))
            .collect())
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        let mut tables = self.tables();
        tables.agenda.list_claimed();
        let due = tables.agenda.due(merchant).take(limit as usize);
        Ok(due
            .map(|(order, taken)| tables.due_order(order, taken))
            .collect())
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        self.tables().agenda.postpone(order, Instant::now() + pause);
        Ok(())
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.tables().agenda.hurry(order);
        Ok(())
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let tables = &mut *tables;
        let settlement = tables.settlements.get(order);
        if settlement.is_some_and(|row| row.owes() || row.paid_total().is_some()) {
            return Ok(false);
        }
        let Some(row) = tables.orders.get_mut(order) else {
            return Ok(false);
        };
        if row.closed_at.is_none() {
            let now = Instant::now();
            row.closed_at = Some(now);
            tables.ended.insert((now, order.clone()));
        }
        tables.agenda.remove(order);
        Ok(true)
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let tables = self.tables();
        let mut found: Vec<_> = tables
            .settlements
            .unpaid()
            .filter_map(|(order, row)| Some((row.undelivered()?.since, order)))
            .collect();
        found.sort();
        let longest_first = found.into_iter().take(limit as usize);
        Ok(longest_first
            .map(|(_, order)| tables.due_order(order, 0).record)
            .collect())
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        Ok(self.tables().reviews.list(filter, limit as usize))
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        Ok(self.tables().reviews.resolve(entry, resolution, by, note))
    }

    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let past = tables.past(retention, batch as usize);
        for order in &past {
            tables.free_carts_of(order);
            tables.orders.remove(order);
            tables.settlements.remove(order);
            tables.agenda.remove(order);
        }
        Ok(past.len() as u64)
    }
}

#[async_trait]
impl PriceList for MemoryStore {
    async fn set_price(
        &self,
        merchant: &str,
        name: &str,
        expected: Expected,
    ) -> Result<(), StoreError> {
        let key = (merchant.to_owned(), name.to_owned());
        let prices = &mut self.tables().prices;
        match expected {
            Expected::Unknown => drop(prices.remove(&key)),
            known => drop(prices.insert(key, known)),
        }
        Ok(())
    }

    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError> {
        let key = (merchant.to_owned(), name.to_owned());
        let found = self.tables().prices.get(&key).copied();
        Ok(found.unwrap_or(Expected::Unknown))
    }
}
