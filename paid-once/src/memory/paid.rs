//! Paid orders, packed: a million of them is what a benchmark or a long demo leaves behind.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::time::Duration;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use tokio::time::Instant;

use super::row::{SettledPayment, SettlementRow};
use crate::{Claimant, Currency, Money, OrderKey};

/// The rows of orders whose success is settled.
#[derive(Debug, Default)]
pub(super) struct PaidRows {
    hasher: DefaultHashBuilder,
    places: HashTable<Place>,
    /// In pieces of the same size: a single list would be copied while it grows, and keep room that it may
    /// never need.
    pieces: Vec<Vec<Option<PaidRow>>>,
    vacant: Vec<u32>,
    /// The failures that were settled before the order was paid. Few orders have one.
    failures: HashMap<OrderKey, SettledPayment<()>, DefaultHashBuilder>,
    /// What the times of the rows count from.
    began: Option<Instant>,
}

/// Where the row of an order is. The hash is kept, so that a growing table need not look at the orders.
#[derive(Debug)]
struct Place {
    hash: u32,
    row: u32,
}

#[derive(Debug)]
struct PaidRow {
    order: OrderKey,
    by: [u64; 2],
    nanoseconds: u64,
    minor_units: u64,
    fence: u64,
    unsettled_claims: u32,
    currency: Currency,
}

const PIECE: usize = 256;

impl PaidRows {
    pub(super) fn get(&self, order: &OrderKey) -> Option<SettlementRow> {
        if self.places.is_empty() {
            return None;
        }
        let hash = self.hash(order);
        let place = self.places.find(spread(hash), |place| {
            place.hash == hash && self.row(place.row).is_some_and(|row| row.order == *order)
        })?;
        Some(self.unpacked(self.row(place.row)?))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&OrderKey, SettlementRow)> {
        let rows = self.pieces.iter().flatten().flatten();
        rows.map(|row| (&row.order, self.unpacked(row)))
    }

    /// Takes the row of an order that is not here yet. `false` if it does not fit.
    pub(super) fn insert(&mut self, order: &OrderKey, row: &SettlementRow) -> bool {
        let Some(paid) = row.paid() else {
            return false;
        };
        let began = *self.began.get_or_insert(paid.at);
        let since = paid.at.checked_duration_since(began);
        let since = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
        let (Some(nanoseconds), Some(index)) = (since, self.vacancy()) else {
            return false;
        };
        let bits = paid.by.to_bits();
        #[expect(clippy::cast_possible_truncation, reason = "the halves of the bits")]
        let by = [(bits >> 64) as u64, bits as u64];
        let claims = row.claims();
        let packed = PaidRow {
            order: order.clone(),
            by,
            nanoseconds,
            minor_units: paid.what.minor_units(),
            fence: claims.ever,
            unsettled_claims: claims.unsettled,
            currency: paid.what.currency(),
        };
        let Some(room) = self.room(index) else {
            return false;
        };
        *room = Some(packed);
        if let Some(failed) = row.failed() {
            self.failures.insert(order.clone(), failed);
        }
        let hash = self.hash(order);
        let place = Place { hash, row: index };
        let rehash = |place: &Place| spread(place.hash);
        self.places.insert_unique(spread(hash), place, rehash);
        true
    }

    pub(super) fn remove(&mut self, order: &OrderKey) {
        let hash = self.hash(order);
        let pieces = &self.pieces;
        let is_it = |place: &Place| {
            let row = row_of(pieces, place.row);
            place.hash == hash && row.is_some_and(|row| row.order == *order)
        };
        let rehash = |place: &Place| spread(place.hash);
        if let Entry::Occupied(found) = self.places.entry(spread(hash), is_it, rehash) {
            let (place, _) = found.remove();
            if let Some(room) = self.room(place.row) {
                *room = None;
            }
            self.vacant.push(place.row);
            self.failures.remove(order);
        }
    }

    fn unpacked(&self, row: &PaidRow) -> SettlementRow {
        let at = Duration::from_nanos(row.nanoseconds);
        let [high, low] = row.by.map(u128::from);
        let paid = SettledPayment {
            by: Claimant::from_bits(high << 64 | low),
            at: self.began.unwrap_or_else(Instant::now) + at,
            what: Money::new(row.minor_units, row.currency),
        };
        let failed = self.failures.get(&row.order).copied();
        SettlementRow::of_paid(paid, failed, row.unsettled_claims, row.fence)
    }

    fn hash(&self, order: &OrderKey) -> u32 {
        (self.hasher.hash_one(order) >> 32) as u32
    }

    fn row(&self, index: u32) -> Option<&PaidRow> {
        row_of(&self.pieces, index)
    }

    /// A place for one more row, with room for it.
    fn vacancy(&mut self) -> Option<u32> {
        if let Some(vacant) = self.vacant.pop() {
            return Some(vacant);
        }
        if self.pieces.last().is_none_or(|last| last.len() == PIECE) {
            self.pieces.push(Vec::with_capacity(PIECE));
        }
        let before = (self.pieces.len() - 1) * PIECE;
        let last = self.pieces.last_mut()?;
        let index = u32::try_from(before + last.len()).ok()?;
        last.push(None);
        Some(index)
    }

    fn room(&mut self, index: u32) -> Option<&mut Option<PaidRow>> {
        let index = index as usize;
        self.pieces.get_mut(index / PIECE)?.get_mut(index % PIECE)
    }
}

fn row_of(pieces: &[Vec<Option<PaidRow>>], index: u32) -> Option<&PaidRow> {
    let index = index as usize;
    pieces.get(index / PIECE)?.get(index % PIECE)?.as_ref()
}

/// The hash as a table wants it: its highest bits and its lowest are looked at.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
