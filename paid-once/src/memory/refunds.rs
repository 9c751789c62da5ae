//! The refunds of a [`MemoryStore`](super::MemoryStore).

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::MemoryStore;
use super::tables::{Tables, wall_clock};
use crate::refund::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
use crate::{Money, OrderKey, StoreError};

/// One refund of an order.
#[derive(Debug)]
pub(super) struct RefundRow {
    refund: NewRefund,
    state: RefundState,
    reserved_at: Instant,
    decided_at: Option<Instant>,
}

impl RefundRow {
    fn counts(&self) -> bool {
        self.state != RefundState::Cancelled
    }

    fn record(&self) -> RefundRecord {
        let (reserved, decided) = (self.reserved_at, self.decided_at);
        let refund = self.refund.clone();
        RefundRecord::new(
            refund,
            self.state,
            wall_clock(reserved),
            decided.map(wall_clock),
        )
    }
}

impl Tables {
    /// What the refunds of an order in these states add up to.
    fn refund_sum(&self, order: &OrderKey, counts: impl Fn(&RefundRow) -> bool) -> u64 {
        let of_order = self.refunds.iter().filter(|row| row.refund.order == *order);
        let amounts = of_order
            .filter(|row| counts(row))
            .map(|row| row.refund.amount.minor_units());
        amounts.fold(0, u64::saturating_add)
    }

    /// What was given back of an order that was paid with `total`.
    pub(super) fn refunded(&self, order: &OrderKey, total: Money) -> Money {
        let executed = |row: &RefundRow| row.state == RefundState::Executed;
        Money::new(self.refund_sum(order, executed), total.currency())
    }

    fn refund_mut(&mut self, order: &OrderKey, reference: &str) -> Option<&mut RefundRow> {
        let named =
            |row: &&mut RefundRow| row.refund.order == *order && row.refund.reference == reference;
        self.refunds.iter_mut().find(named)
    }

    pub(super) fn undecided(&self, age: Duration) -> impl Iterator<Item = &RefundRow> {
        self.refunds.iter().filter(move |row| {
            row.state == RefundState::Reserved && row.reserved_at.elapsed() >= age
        })
    }
}

#[async_trait]
impl RefundLedger for MemoryStore {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        let mut tables = self.tables();
        let tables = &mut *tables;
        let settlement = tables.settlements.get(&refund.order);
        let is_known = settlement.is_some() || tables.orders.contains_key(&refund.order);
        let paid = settlement.and_then(|row| row.paid_total());
        let paid = match paid.or(refund.paid.filter(|_| !is_known)) {
            Some(paid) => paid,
            None if is_known => return Ok(Reservation::NotPaid),
            None => return Ok(Reservation::UnknownOrder),
        };
        let before = tables.refund_mut(&refund.order, &refund.reference);
        if before.is_some_and(|row| row.counts()) {
            return Ok(Reservation::Duplicate);
        }
        let taken = tables.refund_sum(&refund.order, RefundRow::counts);
        let left = Money::new(paid.minor_units().saturating_sub(taken), paid.currency());
        let amount = refund.amount;
        if amount.currency() != left.currency() || amount.minor_units() > left.minor_units() {
            return Ok(Reservation::Exceeds { left });
        }
        let (order, reference) = (&refund.order, &refund.reference);
        let is_other =
            |row: &RefundRow| row.refund.order != *order || row.refund.reference != *reference;
        tables.refunds.retain(is_other);
        tables.refunds.push(RefundRow {
            refund: refund.clone(),
            state: RefundState::Reserved,
            reserved_at: Instant::now(),
            decided_at: None,
        });
        Ok(Reservation::Granted)
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        if let Some(row) = self.tables().refund_mut(order, reference)
            && row.state != RefundState::Executed
        {
            row.state = RefundState::Executed;
            row.decided_at = Some(Instant::now());
        }
        Ok(())
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        if let Some(row) = self.tables().refund_mut(order, reference)
            && row.state == RefundState::Reserved
        {
            row.state = RefundState::Cancelled;
            row.decided_at = Some(Instant::now());
        }
        Ok(())
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        let tables = self.tables();
        let of_order = tables
            .refunds
            .iter()
            .filter(|row| row.refund.order == *order);
        Ok(of_order.map(RefundRow::record).collect())
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let tables = self.tables();
        let undecided = tables.undecided(age);
        let of_merchant = undecided.filter(|row| row.refund.order.merchant() == merchant);
        Ok(of_merchant
            .take(limit as usize)
            .map(RefundRow::record)
            .collect())
    }
}
