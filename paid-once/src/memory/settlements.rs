//! How the payments of every order stand.

use std::collections::HashMap;

use hashbrown::DefaultHashBuilder;
use tokio::time::Instant;

use super::paid::PaidRows;
use super::row::SettlementRow;
use crate::{Claim, Claimant, Lease, OrderKey, Payment, Settled};

/// Orders with a claim. Those that are paid are packed, because they stay: nothing changes in them any more.
#[derive(Debug, Default)]
pub(super) struct Settlements {
    rows: HashMap<OrderKey, SettlementRow, DefaultHashBuilder>,
    paid: PaidRows,
}

impl Settlements {
    /// How an order stands, as a copy.
    pub(super) fn get(&self, order: &OrderKey) -> Option<SettlementRow> {
        let row = self.rows.get(order).copied();
        row.or_else(|| self.paid.get(order))
    }

    /// The row of an order that is not paid.
    pub(super) fn unpaid_mut(&mut self, order: &OrderKey) -> Option<&mut SettlementRow> {
        self.rows.get_mut(order)
    }

    /// The orders that are paid and since when, those first that have been for the longest time.
    pub(super) fn paid_longest(&self) -> impl Iterator<Item = (&OrderKey, Instant)> {
        self.paid.oldest()
    }

    /// All orders, unordered.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&OrderKey, SettlementRow)> {
        self.unpaid().chain(self.paid.iter())
    }

    /// The orders that are not paid, unordered.
    pub(super) fn unpaid(&self) -> impl Iterator<Item = (&OrderKey, SettlementRow)> {
        self.rows.iter().map(|(order, row)| (order, *row))
    }

    pub(super) fn claim(
        &mut self,
        payment: &Payment,
        claimant: Claimant,
        lease: (Instant, Instant),
        is_closed: bool,
    ) -> Claim {
        if let Some(mut paid) = self.paid.get(&payment.order) {
            return paid.claim(payment, claimant, lease, is_closed);
        }
        let row = self.rows.entry(payment.order.clone()).or_default();
        row.claim(payment, claimant, lease, is_closed)
    }

    /// Settles, and says whether the order is paid now.
    pub(super) fn settle(&mut self, lease: &Lease, now: Instant) -> (Settled, bool) {
        let (order, claimant): (&OrderKey, Claimant) = (lease.order(), lease.claimant());
        if let Some(row) = self.rows.get_mut(order) {
            let settled = row.settle(claimant, now);
            let row = *row;
            let is_paid = row.paid_total().is_some();
            if is_paid && self.paid.insert(order, &row) {
                self.rows.remove(order);
            }
            return (settled, is_paid);
        }
        match self.paid.get(order) {
            Some(mut row) => (row.settle(claimant, now), true),
            None => (Settled::Lost, false),
        }
    }

    pub(super) fn remove(&mut self, order: &OrderKey) {
        self.rows.remove(order);
        self.paid.remove(order);
    }
}
