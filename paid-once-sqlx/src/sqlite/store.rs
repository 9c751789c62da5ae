use std::time::Duration;

use paid_once::{
    Claim, Claimant, Lease, OrderStore, Payment, ReviewReason, Settled, StoreError, async_trait,
};

use super::error::store_error;
use super::settle_in::{by_lease, earlier};
use super::value::{claimant_bytes, millis, money_columns};
use super::{SqliteLedger, query};
use crate::claim::{AFTER_A_RACE, lease, standing};

#[async_trait]
impl OrderStore for SqliteLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        let claim = query(&self.statements.claim)
            .bind(payment.order.merchant().to_owned())
            .bind(payment.order.order_id().to_owned())
            .bind(claimant_bytes(claimant))
            .bind(millis(lease_for))
            .bind(total)
            .bind(currency);
        match self.writer.run(claim).await?.first() {
            Some(row) => lease(row, payment.order.clone(), claimant).map(Claim::Granted),
            None => self.standing(payment).await,
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        if self.writer.run(self.settling(lease)).await?.is_empty() {
            let settled_by = self.settled_by(lease).fetch_optional(&self.pool).await;
            return earlier(settled_by);
        }
        Ok(Settled::Now)
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let release = by_lease(&self.statements.release, lease);
        self.writer.run(release).await.map(drop)
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        let review = query(&self.statements.review)
            .bind(payment.order.merchant().to_owned())
            .bind(payment.order.order_id().to_owned())
            .bind(why.as_str())
            .bind(total)
            .bind(currency);
        self.writer.run(review).await.map(drop)
    }
}

impl SqliteLedger {
    /// Why a claim was not granted. The order may have changed since; then the caller asks again.
    async fn standing(&self, payment: &Payment) -> Result<Claim, StoreError> {
        let row = query(&self.statements.standing)
            .bind(payment.order.merchant().to_owned())
            .bind(payment.order.order_id().to_owned())
            .fetch_optional(&self.pool)
            .await
            .map_err(store_error)?;
        match row {
            Some(row) => standing(&row, payment),
            None => Ok(Claim::InProgress {
                retry_after: AFTER_A_RACE,
            }),
        }
    }
}
