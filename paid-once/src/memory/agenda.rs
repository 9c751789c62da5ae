//! When which order is due.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use hashbrown::DefaultHashBuilder;
use tokio::time::Instant;

use crate::{DueOrder, OrderKey};

/// The orders that the provider is still to be asked about.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: HashMap<OrderKey, Entry, DefaultHashBuilder>,
    /// By merchant, then by when.
    times: HashMap<String, BTreeSet<(Instant, OrderKey)>>,
    /// When orders are due that were never opened and whose success was claimed. Not sorted in before somebody
    /// asks what is due: nearly all of them are settled by then.
    claimed: HashMap<OrderKey, Instant, DefaultHashBuilder>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: Instant,
    taken: u32,
}

impl Agenda {
    pub(super) fn add_unless_there(&mut self, order: &OrderKey, at: Instant) {
        self.list(order);
        if !self.entries.contains_key(order) {
            self.set(order, Entry { at, taken: 0 });
        }
    }

    /// The same after a claim, which its settlement mostly follows at once.
    pub(super) fn add_claimed(&mut self, order: &OrderKey, at: Instant) {
        if !self.entries.contains_key(order) {
            self.claimed.entry(order.clone()).or_insert(at);
        }
    }

    pub(super) fn remove(&mut self, order: &OrderKey) {
        self.claimed.remove(order);
        if let Some(entry) = self.entries.remove(order) {
            self.remove_time(order, entry.at);
        }
    }

    /// Sorts in what was claimed since the last time.
    pub(super) fn list_claimed(&mut self) {
        for (order, at) in std::mem::take(&mut self.claimed) {
            self.set(&order, Entry { at, taken: 0 });
        }
    }

    fn list(&mut self, order: &OrderKey) {
        if let Some(at) = self.claimed.remove(order) {
            self.set(order, Entry { at, taken: 0 });
        }
    }

    pub(super) fn postpone(&mut self, order: &OrderKey, at: Instant) {
        self.list(order);
        if let Some(entry) = self.entries.get(order).copied() {
            self.set(order, Entry { at, ..entry });
        }
    }

    pub(super) fn hurry(&mut self, order: &OrderKey) {
        self.list(order);
        let entry = self.entries.get(order).copied();
        if let Some(entry) = entry.filter(|entry| entry.taken < DueOrder::HURRIED_AT_MOST) {
            let at = entry.at.min(Instant::now());
            self.set(order, Entry { at, ..entry });
        }
    }

    /// Makes an order due at `at` that would be due later.
    pub(super) fn bring_forward(&mut self, order: &OrderKey, at: Instant) {
        self.list(order);
        let entry = self.entries.get(order).copied();
        if let Some(entry) = entry.filter(|entry| entry.at > at) {
            self.set(order, Entry { at, ..entry });
        }
    }

    /// The [listed](Self::list_claimed) orders that are due and how often each was taken, those longest due
    /// first.
    pub(super) fn due(&self, merchant: &str) -> impl Iterator<Item = (&OrderKey, u32)> {
        let now = Instant::now();
        let times = self.times.get(merchant).into_iter().flatten();
        let due = times.take_while(move |(at, _)| *at <= now);
        due.filter_map(|(_, order)| Some((order, self.entries.get(order)?.taken)))
    }

    /// When an order is due next and how often it was taken.
    pub(super) fn entry(&self, order: &OrderKey) -> Option<(Instant, u32)> {
        let listed = self.entries.get(order).map(|entry| (entry.at, entry.taken));
        listed.or_else(|| Some((*self.claimed.get(order)?, 0)))
    }

    /// How long the order that has been due longest has been due, of all merchants.
    pub(super) fn oldest_due(&mut self) -> Option<Duration> {
        self.list_claimed();
        let first = self
            .times
            .keys()
            .filter_map(|merchant| self.due(merchant).next());
        let waits = first.filter_map(|(order, _)| self.entries.get(order));
        waits.map(|entry| entry.at.elapsed()).max()
    }

    /// Takes at most `limit` due orders; none of them is due again before `busy_for` is over.
    pub(super) fn take(
        &mut self,
        merchant: &str,
        limit: usize,
        busy_for: Duration,
    ) -> Vec<(OrderKey, u32)> {
        self.list_claimed();
        let now = Instant::now();
        let mut taken = Vec::new();
        while taken.len() < limit {
            let first = self.times.get_mut(merchant).and_then(|times| {
                let is_due = times.first().is_some_and(|(at, _)| *at <= now);
                is_due.then(|| times.pop_first()).flatten()
            });
            let Some((_, order)) = first else {
                break;
            };
            if let Some(entry) = self.entries.get(&order) {
                taken.push((order, entry.taken.saturating_add(1)));
            }
        }
        // Not before all are taken: without a pause they would be due again at once.
        for (order, taken) in &taken {
            let at = now + busy_for;
            self.set(order, Entry { at, taken: *taken });
        }
        taken
    }

    fn set(&mut self, order: &OrderKey, entry: Entry) {
        if let Some(earlier) = self.entries.insert(order.clone(), entry) {
            self.remove_time(order, earlier.at);
        }
        let times = self.times.entry(order.merchant().to_owned()).or_default();
        times.insert((entry.at, order.clone()));
    }

    fn remove_time(&mut self, order: &OrderKey, at: Instant) {
        if let Some(times) = self.times.get_mut(order.merchant()) {
            times.remove(&(at, order.clone()));
        }
    }
}
