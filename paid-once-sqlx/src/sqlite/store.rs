use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError, async_trait,
};

use super::settle_in::{by, earlier};
use super::{SqliteLedger, by_order, query, store_error};
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
        let order = payment.order.clone();
        let bind = move |claim| {
            by_order(claim, &order)
                .bind(claimant_bytes(claimant))
                .bind(millis(lease_for))
                .bind(total)
                .bind(currency.clone())
                .bind(total.map(|_| DUE_AFTER_A_CLAIM))
        };
        // The second form only where nothing but the first one's own condition can have refused it.
        for form in [&self.statements.claim, &self.statements.claim_and_make_due] {
            if let Some(row) = self.writer.run(form, bind.clone()).await?.rows.first() {
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
        let row = by_order(query(&self.statements.standing), &payment.order)
            .fetch_optional(&self.pool)
            .await
            .map_err(store_error)?;
        match row {
            Some(row) => standing(&row, payment),
            None => Ok(Standing::Open),
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let settled = self.writer.run(&self.statements.settle, by(lease));
        if settled.await?.changed {
            return Ok(Settled::Now);
        }
        earlier(self.settled_by(lease).fetch_optional(&self.pool).await)
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let by_lease = by(lease);
        let bind = move |release| by_lease(release).bind(why.as_str());
        let released = self.writer.run(&self.statements.release, bind);
        released.await.map(drop)
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.record_review(payment, why).await
    }
}
