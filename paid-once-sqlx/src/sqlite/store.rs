use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError, async_trait,
};

use super::SqliteLedger;
use super::query::of_order;
use super::settle_in::{earlier, of_lease};
use crate::value::{DUE_AFTER_A_CLAIM, claimant_bytes, lease, millis, money_columns, standing};

#[async_trait]
impl OrderStore for SqliteLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        let claim_by = |form| {
            of_order(form, &payment.order)
                .bind(claimant_bytes(claimant))
                .bind(millis(lease_for))
                .bind(total)
                .bind(currency.clone())
                .bind(total.map(|_| DUE_AFTER_A_CLAIM))
        };
        // The second form only where nothing but the first one's own condition can have refused it.
        for form in [&self.statements.claim, &self.statements.claim_and_make_due] {
            if let Some(row) = self.writer.run(claim_by(form)).await?.rows.first() {
                return lease(row, payment.order.clone(), claimant).map(Claim::Granted);
            }
            let standing = self.standing(payment).await?;
            if standing != Standing::Open || total.is_none() {
                return Ok(standing.into_claim());
            }
        }
        Ok(Standing::Open.into_claim())
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let row = self.row_of(&self.statements.standing, &payment.order);
        match row.await? {
            Some(row) => standing(&row, payment),
            None => Ok(Standing::Open),
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let settle = of_lease(&self.statements.settle, lease);
        if self.writer.run(settle).await?.changed {
            return Ok(Settled::Now);
        }
        let settled_by = self.settled_by(lease);
        let row = settled_by.fetch_optional(&self.pool).await?;
        Ok(earlier(row.as_ref()))
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let release = of_lease(&self.statements.release, lease).bind_text(why.as_str());
        self.writer.run(release).await.map(drop)
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.record_review(payment, why).await
    }
}
