//! The review queue of a [`MemoryStore`](super::MemoryStore).

use tokio::time::Instant;

use super::tables::wall_clock;
use crate::{
    OrderKey, Payment, Resolution, Resolved, Resolving, Review, ReviewFilter, ReviewId,
    ReviewReason,
};

/// Every entry, in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct Reviews(Vec<Row>);

#[derive(Debug)]
struct Row {
    payment: Payment,
    reason: ReviewReason,
    seen: u32,
    first_seen: Instant,
    last_seen: Instant,
    resolved: Option<(Resolution, String, String, Instant)>,
}

impl Reviews {
    pub(super) fn record(&mut self, payment: &Payment, reason: ReviewReason) {
        let now = Instant::now();
        let is_known = |row: &&mut Row| {
            row.payment.order == payment.order
                && row.reason == reason
                && row.payment.total() == payment.total()
        };
        if let Some(row) = self.0.iter_mut().find(is_known) {
            row.seen = row.seen.saturating_add(1);
            row.last_seen = now;
            return;
        }
        self.0.push(Row {
            payment: payment.clone(),
            reason,
            seen: 1,
            first_seen: now,
            last_seen: now,
            resolved: None,
        });
    }

    pub(super) fn list(&self, filter: &ReviewFilter, limit: usize) -> Vec<Review> {
        let newest_first = self.0.iter().enumerate().rev();
        let listed = newest_first.map(|(index, row)| row.review(index));
        listed.filter(|one| filter.lists(one)).take(limit).collect()
    }

    pub(super) fn resolve(
        &mut self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Resolving {
        let index = usize::try_from(entry.get()).ok();
        let index = index.and_then(|number| number.checked_sub(1));
        let Some(row) = index.and_then(|index| self.0.get_mut(index)) else {
            return Resolving::Unknown;
        };
        if let Some(resolved) = row.resolved() {
            return Resolving::Already(resolved);
        }
        row.resolved = Some((resolution, by.to_owned(), note.to_owned(), Instant::now()));
        Resolving::Now
    }

    /// Whether an entry of the order waits for a person.
    pub(super) fn is_open(&self, order: &OrderKey) -> bool {
        let open = |row: &Row| row.resolved.is_none() && row.payment.order == *order;
        self.0.iter().any(open)
    }

    pub(super) fn open_entries(&self) -> u64 {
        self.0.iter().filter(|row| row.resolved.is_none()).count() as u64
    }

    /// When each entry was first seen.
    pub(super) fn first_seen(&self) -> impl Iterator<Item = Instant> {
        self.0.iter().map(|row| row.first_seen)
    }
}

impl Row {
    fn review(&self, index: usize) -> Review {
        let id = ReviewId::new(index as u64 + 1);
        Review::new(
            id,
            self.payment.clone(),
            self.reason,
            wall_clock(self.first_seen),
        )
        .with_seen(self.seen, wall_clock(self.last_seen))
        .with_resolved(self.resolved())
    }

    fn resolved(&self) -> Option<Resolved> {
        let (resolution, by, note, at) = self.resolved.as_ref()?;
        Some(Resolved::new(
            *resolution,
            by.clone(),
            note.clone(),
            wall_clock(*at),
        ))
    }
}
