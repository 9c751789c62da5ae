//! Paid orders, packed: a million of them is what a benchmark or a long demo leaves behind.

use std::collections::{HashMap, VecDeque};
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
    /// In the order of their settlements, and in pieces of the same size: a single list would be copied while it
    /// grows, and keep room that it may never need. What is forgotten leaves a gap until its whole piece is; those
    /// that were paid first are forgotten first.
    pieces: VecDeque<Vec<Option<PaidRow>>>,
    /// The number of the first row of the first piece. Numbers begin again after the largest.
    first: u32,
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

const PIECE: usize = PIECE_U32 as usize;
const PIECE_U32: u32 = 256;

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

    /// Those that were settled first come first.
    pub(super) fn oldest(&self) -> impl Iterator<Item = (&OrderKey, Instant)> {
        let rows = self.pieces.iter().flatten().flatten();
        rows.map(|row| (&row.order, self.settled_at(row)))
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
        let Some(nanoseconds) = since else {
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
        let Some(index) = self.push(packed) else {
            return false;
        };
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
        let (pieces, first) = (&self.pieces, self.first);
        let is_it = |place: &Place| {
            let row = row_of(pieces, first, place.row);
            place.hash == hash && row.is_some_and(|row| row.order == *order)
        };
        let rehash = |place: &Place| spread(place.hash);
        if let Entry::Occupied(found) = self.places.entry(spread(hash), is_it, rehash) {
            let (place, _) = found.remove();
            self.vacate(place.row);
            self.failures.remove(order);
        }
    }

    fn unpacked(&self, row: &PaidRow) -> SettlementRow {
        let [high, low] = row.by.map(u128::from);
        let paid = SettledPayment {
            by: Claimant::from_bits(high << 64 | low),
            at: self.settled_at(row),
            what: Money::new(row.minor_units, row.currency),
        };
        let failed = self.failures.get(&row.order).copied();
        SettlementRow::of_paid(paid, failed, row.unsettled_claims, row.fence)
    }

    fn settled_at(&self, row: &PaidRow) -> Instant {
        self.began.unwrap_or_else(Instant::now) + Duration::from_nanos(row.nanoseconds)
    }

    fn hash(&self, order: &OrderKey) -> u32 {
        (self.hasher.hash_one(order) >> 32) as u32
    }

    fn row(&self, index: u32) -> Option<&PaidRow> {
        row_of(&self.pieces, self.first, index)
    }

    /// Adds a row, and says its number.
    fn push(&mut self, row: PaidRow) -> Option<u32> {
        if self.pieces.back().is_none_or(|last| last.len() == PIECE) {
            self.pieces.push_back(Vec::with_capacity(PIECE));
        }
        let before = (self.pieces.len() - 1) * PIECE;
        let last = self.pieces.back_mut()?;
        let place = u32::try_from(before + last.len()).ok()?;
        last.push(Some(row));
        Some(self.first.wrapping_add(place))
    }

    fn vacate(&mut self, index: u32) {
        let place = index.wrapping_sub(self.first) as usize;
        let piece = self.pieces.get_mut(place / PIECE);
        if let Some(room) = piece.and_then(|piece| piece.get_mut(place % PIECE)) {
            *room = None;
        }
        // The last one leaves last, nearly always: it is looked at first.
        let is_over = |piece: &Vec<Option<PaidRow>>| {
            piece.len() == PIECE && piece.iter().rev().all(Option::is_none)
        };
        while self.pieces.front().is_some_and(is_over) {
            self.pieces.pop_front();
            self.first = self.first.wrapping_add(PIECE_U32);
        }
    }
}

fn row_of(pieces: &VecDeque<Vec<Option<PaidRow>>>, first: u32, index: u32) -> Option<&PaidRow> {
    let place = index.wrapping_sub(first) as usize;
    pieces.get(place / PIECE)?.get(place % PIECE)?.as_ref()
}

/// The hash as a table wants it: its highest bits and its lowest are looked at.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
