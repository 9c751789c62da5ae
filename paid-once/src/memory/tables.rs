//! What a [`MemoryStore`](super::MemoryStore) holds.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use std::time::SystemTime;

use hashbrown::DefaultHashBuilder;
use tokio::time::Instant;

use super::agenda::Agenda;
use super::refunds::RefundRow;
use super::reviews::Reviews;
use super::row::LedgerRow;
use super::settlements::Settlements;
use crate::{
    DueOrder, Expected, Mode, NewOrder, Opened, OrderKey, OrderRecord, OrderState, Retention,
    Undelivered,
};

#[derive(Debug, Default)]
pub(super) struct Tables {
    // Boxed: a table has room for twice as many entries as it holds, once it grew.
    pub(super) orders: HashMap<OrderKey, Box<LedgerRow>, DefaultHashBuilder>,
    pub(super) settlements: Settlements,
    /// Orders that failed or were closed, by when. One that went on since then has a later entry, or none.
    pub(super) ended: BTreeSet<(Instant, OrderKey)>,
    pub(super) reviews: Reviews,
    pub(super) refunds: Vec<RefundRow>,
    pub(super) carts: HashMap<(String, String), OrderKey>,
    pub(super) agenda: Agenda,
    pub(super) prices: HashMap<(String, String), Expected>,
}

/// The wall-clock time of an instant: always the same for the same instant.
pub(super) fn wall_clock(instant: Instant) -> SystemTime {
    static START: LazyLock<(std::time::Instant, SystemTime)> =
        LazyLock::new(|| (std::time::Instant::now(), SystemTime::now()));
    let (instant, (start, wall)) = (instant.into_std(), *START);
    let then = match instant.checked_duration_since(start) {
        Some(later) => wall.checked_add(later),
        None => wall.checked_sub(start - instant),
    };
    then.unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Tables {
    pub(super) fn record(&self, order: &OrderKey) -> Option<OrderRecord> {
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

    pub(super) fn state(&self, order: &OrderKey) -> OrderState {
        let settlement = self.settlements.get(order);
        if let Some(total) = settlement.and_then(|row| row.paid_total()) {
            let refunded = self.refunded(order, total);
            OrderState::Paid { total, refunded }
        } else if let Some(row) = settlement.and_then(|row| row.undelivered()) {
            OrderState::Undelivered(Undelivered::new(
                row.total,
                row.attempts,
                wall_clock(row.since),
                row.last_failure,
            ))
        } else if self.reviews.is_open(order) {
            OrderState::Review
        } else if settlement.is_some_and(|row| row.failure_is_settled()) {
            OrderState::Failed
        } else if self.is_closed(order) {
            OrderState::Closed
        } else {
            OrderState::Pending
        }
    }

    pub(super) fn is_closed(&self, order: &OrderKey) -> bool {
        let row = self.orders.get(order);
        row.is_some_and(|row| row.closed_at.is_some())
    }

    /// The record of an order that is due, also of one that was never opened.
    pub(super) fn due_order(&self, order: &OrderKey, taken: u32) -> DueOrder {
        if let (Some(record), Some(row)) = (self.record(order), self.orders.get(order)) {
            return DueOrder::new(record, row.opened_at.elapsed(), taken);
        }
        let settlement = self.settlements.get(order);
        let undelivered = settlement.and_then(|row| row.undelivered());
        let since = undelivered.map_or_else(Instant::now, |row| row.since);
        let (state, at) = (self.state(order), wall_clock(since));
        let unknown = Expected::Unknown;
        let record = OrderRecord::new(order.clone(), unknown, Mode::Live, None, state, at);
        DueOrder::new(record, since.elapsed(), taken)
    }

    /// The order that still answers for an idempotency key.
    pub(super) fn reusable(&self, new: &NewOrder) -> Option<Opened> {
        let idempotency = new.idempotency.as_ref()?;
        let cart = (new.order.merchant().to_owned(), idempotency.key.clone());
        let order = self.carts.get(&cart)?;
        let row = self.orders.get(order)?;
        let record = self.record(order)?;
        let is_owed = self.settlements.get(order).is_some_and(|row| row.owes());
        let reusable = match record.state {
            OrderState::Paid { .. } | OrderState::Undelivered(_) | OrderState::Review => true,
            OrderState::Failed | OrderState::Closed => is_owed,
            OrderState::Pending => is_owed || row.opened_at.elapsed() < idempotency.reuse_for,
        };
        if !reusable {
            return None;
        }
        let fingerprint = row.cart.as_ref().map(|cart| cart.fingerprint);
        Some(if fingerprint == Some(idempotency.fingerprint) {
            Opened::Existing(record)
        } else {
            Opened::KeyReused
        })
    }

    pub(super) fn free_carts_of(&mut self, order: &OrderKey) {
        let cart = self.orders.get(order).and_then(|row| row.cart.as_ref());
        let Some(cart) = cart else {
            return;
        };
        let key = (order.merchant().to_owned(), cart.key.clone());
        // Another order may have taken it.
        if self.carts.get(&key) == Some(order) {
            self.carts.remove(&key);
        }
    }

    /// At most so many orders that are past retention, those that ended first.
    pub(super) fn past(&mut self, retention: Retention, limit: usize) -> Vec<OrderKey> {
        let paid = self.settlements.paid_longest();
        let paid = paid.take_while(|(_, at)| at.elapsed() >= retention.paid);
        let mut past: Vec<OrderKey> = paid.take(limit).map(|(order, _)| order.clone()).collect();
        let mut outdated = Vec::new();
        for entry in &self.ended {
            let (at, order) = entry;
            if past.len() >= limit || at.elapsed() < retention.unpaid.min(retention.paid) {
                break;
            }
            match self.done_since(order) {
                Some((since, is_paid)) if since == *at => {
                    let kept = if is_paid {
                        retention.paid
                    } else {
                        retention.unpaid
                    };
                    if at.elapsed() >= kept {
                        past.push(order.clone());
                        outdated.push(entry.clone());
                    }
                }
                None if self.goes_on(order) => {}
                _ => outdated.push(entry.clone()),
            }
        }
        for entry in outdated {
            self.ended.remove(&entry);
        }
        past
    }

    /// Whether a payment of an order that ended is handled, or is to be.
    fn goes_on(&self, order: &OrderKey) -> bool {
        let settlement = self.settlements.get(order);
        settlement.is_some_and(|row| row.owes() || row.lease_is_live())
    }

    /// Since when nothing more is expected of an order that can be forgotten, and whether it is paid.
    pub(super) fn done_since(&self, order: &OrderKey) -> Option<(Instant, bool)> {
        let settlement = self.settlements.get(order);
        if let Some(paid_at) = settlement.and_then(|row| row.paid_at()) {
            return Some((paid_at, true));
        }
        if settlement.is_some_and(|row| row.owes() || row.lease_is_live()) {
            return None;
        }
        let failed_at = settlement.and_then(|row| row.failed_at());
        let closed_at = self.orders.get(order).and_then(|row| row.closed_at);
        failed_at.max(closed_at).map(|since| (since, false))
    }
}
