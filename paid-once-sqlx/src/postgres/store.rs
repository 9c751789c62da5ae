use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError, async_trait,
};

use sqlx::postgres::PgRow;

use super::PostgresLedger;
use super::ledger::about_order;
use super::queue::GoOn;
use super::together::ClaimAsk;
use crate::value::{
    Columns as _, MoneyColumns, claimant_bytes, lease, millis, money_columns, standing,
};

/// How often a claim is sent again because its order changed under it. Each time somebody else got
/// on with the order.
const RACES: u32 = 8;

#[async_trait]
impl OrderStore for PostgresLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let total = money_columns(payment.total())?;
        let ask = || ClaimAsk {
            payment: payment.clone(),
            total: total.clone(),
            claimant,
            lease_for: millis(lease_for),
        };
        let alone = self.claim_alone(payment, &total, claimant, lease_for);
        match self.claims.enter(ask).await {
            GoOn::Answered(claim) => claim,
            GoOn::First(_turn) => alone.await,
            GoOn::Alone => alone.await,
        }
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let stands = || about_order(&self.statements.standing, &payment.order);
        let rows = self.connections.repeatable(stands).await?;
        match rows.first() {
            Some(row) => standing(row, payment),
            None => Ok(Standing::Open),
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        match self.settlements.enter(|| lease.clone()).await {
            GoOn::Answered(settled) => settled,
            GoOn::First(_turn) => self.settle_alone(lease).await,
            GoOn::Alone => self.settle_alone(lease).await,
        }
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let release = || Self::of_lease(&self.statements.release, lease).bind(why.as_str());
        self.connections.repeatable(release).await.map(drop)
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.record_review(payment, why).await
    }
}

impl PostgresLedger {
    async fn claim_alone(
        &self,
        payment: &Payment,
        (total, currency): &MoneyColumns,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let claim = || {
            about_order(&self.statements.claim, &payment.order)
                .bind(claimant_bytes(claimant))
                .bind(millis(lease_for))
                .bind(*total)
                .bind(currency.clone())
        };
        for _ in 0..RACES {
            let rows = self.connections.repeatable(claim).await?;
            if let Some(row) = rows.first() {
                return claimed(row, payment, claimant);
            }
        }
        Ok(Standing::Open.into_claim())
    }

    async fn settle_alone(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let of_lease = |sql| move || Self::of_lease(sql, lease);
        let settle = of_lease(&self.statements.settle);
        if self.connections.changes(settle).await? {
            return Ok(Settled::Now);
        }
        // What a lease settled stays settled by it, so this cannot race.
        let settled_by = of_lease(&self.statements.settled_by);
        let before = self.connections.repeatable(settled_by).await?;
        Ok(Self::already_or_lost(&before))
    }
}

/// What a row says in answer to a claim.
pub(super) fn claimed(
    row: &PgRow,
    payment: &Payment,
    claimant: Claimant,
) -> Result<Claim, StoreError> {
    if row.flag("granted")? {
        lease(row, payment.order.clone(), claimant).map(Claim::Granted)
    } else {
        standing(row, payment).map(Standing::into_claim)
    }
}
