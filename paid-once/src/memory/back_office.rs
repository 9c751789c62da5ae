//! What a back office reads of a [`MemoryStore`](super::MemoryStore).

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::MemoryStore;
use super::tables::wall_clock;
use crate::back_office::{BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife};
use crate::{OrderKey, OrderRecord, StoreError};

#[async_trait]
impl BackOfficeLedger for MemoryStore {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let tables = self.tables();
        let place = |order: &OrderKey| {
            (
                tables.orders.get(order).map(|row| row.opened_at),
                order.order_id().to_owned(),
            )
        };
        // No order comes after one that is not here.
        let after = filter.after.as_ref().map(place);
        let merchant = filter.merchant.as_deref();
        let mut found: Vec<_> = tables
            .orders
            .keys()
            .filter(|order| merchant.is_none_or(|merchant| merchant == order.merchant()))
            .filter(|order| order.order_id().starts_with(&filter.starts_with))
            .map(|order| (place(order), order))
            .filter(|(place, _)| after.as_ref().is_none_or(|after| place < after))
            .collect();
        found.sort_by(|one, other| other.cmp(one));
        let records = found
            .into_iter()
            .filter_map(|(_, order)| tables.record(order));
        let state = filter.state.as_deref();
        let listed = records.filter(|one| state.is_none_or(|state| one.state.as_str() == state));
        Ok(listed.take(limit as usize).collect())
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        let tables = self.tables();
        let (row, opened) = (tables.settlements.get(order), tables.orders.get(order));
        if row.is_none() && opened.is_none() {
            return Ok(None);
        }
        let mut life = OrderLife::new(tables.due_order(order, 0).record);
        life.was_opened = opened.is_some();
        life.closed_at = opened.and_then(|row| row.closed_at).map(wall_clock);
        if let Some(row) = row {
            let claims = row.claims();
            life.attempts = claims.ever;
            life.unsettled = claims.unsettled;
            life.handler_until = claims.lease_until.map(wall_clock);
            life.failed_at = row.failed_at().map(wall_clock);
            life.paid_at = row.paid_at().map(wall_clock);
        }
        if let Some((next, taken)) = tables.agenda.entry(order) {
            life.next_inquiry = Some(wall_clock(next));
            life.inquiries = taken;
        }
        Ok(Some(life))
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        let tables = self.tables();
        let now = wall_clock(Instant::now());
        let mut counts = HourCount::last(hours, now);
        let rows = tables.settlements.iter();
        for at in rows.filter_map(|(_, row)| row.paid_at()) {
            if let Some(hour) = hour_of(&mut counts, at) {
                hour.paid += 1;
            }
        }
        for at in tables.reviews.first_seen() {
            if let Some(hour) = hour_of(&mut counts, at) {
                hour.refused += 1;
            }
        }
        Ok(counts)
    }

    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        let mut tables = self.tables();
        let rows = || tables.settlements.unpaid().map(|(_, row)| row);
        let now = Instant::now();
        let mut gauges = LedgerGauges::new();
        gauges.undelivered = rows().filter(|row| row.undelivered().is_some()).count() as u64;
        gauges.reviews_open = tables.reviews.open_entries();
        gauges.refunds_undecided = tables.undecided(Duration::ZERO).count() as u64;
        let leases = rows().filter_map(|row| row.claims().lease_until);
        gauges.claims_over_lease = leases.filter(|until| *until <= now).count() as u64;
        gauges.oldest_due = tables.agenda.oldest_due();
        Ok(gauges)
    }
}

fn hour_of(counts: &mut [HourCount], at: Instant) -> Option<&mut HourCount> {
    let at = wall_clock(at);
    counts.iter_mut().rev().find(|hour| hour.begin <= at)
}
