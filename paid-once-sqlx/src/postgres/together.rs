//! Claims in one statement, and settlements in one: what the [queues](super::queue) send.

use std::sync::Arc;

use paid_once::{Claim, Claimant, Lease, OrderKey, Payment, Settled, StoreError, async_trait};
use sqlx::postgres::PgRow;

use super::connections::{Connections, Together, column};
use super::queue::Kind;
use super::statements::Statements;
use super::store::claimed;
use super::{Statement, query};
use crate::value::{MoneyColumns, claimant_bytes};

type Answers<T> = Vec<Option<Result<T, StoreError>>>;

/// Claims of several orders.
pub(super) struct Claims {
    pub(super) connections: Connections,
    pub(super) statements: Arc<Statements>,
}

/// What a claim asks for.
pub(super) struct ClaimAsk {
    pub(super) payment: Payment,
    pub(super) total: MoneyColumns,
    pub(super) claimant: Claimant,
    /// In milliseconds.
    pub(super) lease_for: i64,
}

#[async_trait]
impl Kind for Claims {
    type Ask = ClaimAsk;
    type Answer = Claim;

    fn order(ask: &ClaimAsk) -> &OrderKey {
        &ask.payment.order
    }

    /// All leases of a statement are equally long.
    fn agree(one: &ClaimAsk, other: &ClaimAsk) -> bool {
        one.lease_for == other.lease_for
    }

    async fn together(&self, asks: &[&ClaimAsk]) -> Answers<Claim> {
        let totals: Vec<Option<i64>> = asks.iter().map(|ask| ask.total.0).collect();
        let currencies = asks.iter().map(|ask| ask.total.1.clone());
        let currencies: Vec<Option<String>> = currencies.collect();
        let keys = asks.iter().map(|ask| (&ask.payment.order, ask.claimant));
        let claims = about(&self.statements.claim_together, keys)
            .bind(asks.first().map(|ask| ask.lease_for))
            .bind(totals)
            .bind(currencies)
            .bind(count(asks));
        answers::<Self>(self.connections.together(claims).await, asks, |row, ask| {
            claimed(row, &ask.payment, ask.claimant)
        })
    }
}

/// Settlements of several orders.
pub(super) struct Settlements {
    pub(super) connections: Connections,
    pub(super) statements: Arc<Statements>,
}

#[async_trait]
impl Kind for Settlements {
    type Ask = Lease;
    /// Of a lease that does not settle its order now, nothing is said.
    type Answer = Settled;

    fn order(lease: &Lease) -> &OrderKey {
        lease.order()
    }

    fn agree(_: &Lease, _: &Lease) -> bool {
        true
    }

    async fn together(&self, leases: &[&Lease]) -> Answers<Settled> {
        let keys = leases.iter().map(|lease| (lease.order(), lease.claimant()));
        let settlements = about(&self.statements.settle_together, keys).bind(count(leases));
        let rows = self.connections.together(settlements).await;
        answers::<Self>(rows, leases, |_, _| Ok(Settled::Now))
    }
}

/// A statement about several orders, with their claimants.
fn about<'a>(sql: &Arc<str>, keys: impl Iterator<Item = (&'a OrderKey, Claimant)>) -> Statement {
    let (mut merchants, mut order_ids, mut claimants) = (Vec::new(), Vec::new(), Vec::new());
    for (order, claimant) in keys {
        merchants.push(order.merchant().to_owned());
        order_ids.push(order.order_id().to_owned());
        claimants.push(claimant_bytes(claimant));
    }
    query(sql).bind(merchants).bind(order_ids).bind(claimants)
}

fn count<T>(asks: &[T]) -> i64 {
    i64::try_from(asks.len()).unwrap_or(i64::MAX)
}

/// One answer for each, from the rows that name their orders. The calls are in the order of their keys.
fn answers<K: Kind>(
    rows: Result<Vec<PgRow>, Together>,
    asks: &[&K::Ask],
    answer: impl Fn(&PgRow, &K::Ask) -> Result<K::Answer, StoreError>,
) -> Answers<K::Answer> {
    let rows = match rows {
        Ok(rows) => rows,
        Err(Together::AskAlone) => return Vec::new(),
        Err(Together::Failed(cause)) => {
            let failed = |_| Some(Err(StoreError::new(Arc::clone(&cause))));
            return asks.iter().map(failed).collect();
        }
    };
    let mut answers: Answers<K::Answer> = asks.iter().map(|_| None).collect();
    for row in rows {
        // Without a key nobody is answered by it, and every one that is not answered asks alone.
        let Ok(place) = place::<K>(&row, asks) else {
            continue;
        };
        if let (Some(slot), Some(ask)) = (answers.get_mut(place), asks.get(place)) {
            *slot = Some(answer(&row, ask));
        }
    }
    answers
}

/// Which call a row is for.
fn place<K: Kind>(row: &PgRow, asks: &[&K::Ask]) -> Result<usize, usize> {
    let key = |name| column::<&str>(row, name).unwrap_or_default();
    let key = (key("merchant"), key("order_id"));
    asks.binary_search_by(|ask| {
        let order = K::order(ask);
        (order.merchant(), order.order_id()).cmp(&key)
    })
}

#[cfg(test)]
mod tests;
