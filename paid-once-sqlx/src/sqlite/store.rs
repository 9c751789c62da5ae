use std::time::Duration;

use paid_once::{
    Claim, Claimant, Lease, OrderKey, OrderStore, Payment, ReviewReason, Settled, StoreError,
    async_trait,
};
use sqlx::sqlite::SqliteRow;

use super::error::store_error;
use super::value::{claimant_bytes, column, corrupt, millis, money, money_columns};
use super::{SqliteLedger, query};

/// When to ask again after the order changed between two statements.
const AFTER_A_RACE: Duration = Duration::from_millis(100);

#[async_trait]
impl OrderStore for SqliteLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        // Not fetch_optional: sqlx would stop at the first row, before the commit, and a commit
        // that fails would go unnoticed. fetch_all goes to the end of the statement.
        let granted = query(&self.statements.claim)
            .bind(payment.order.merchant().to_owned())
            .bind(payment.order.order_id().to_owned())
            .bind(claimant_bytes(claimant))
            .bind(millis(lease_for))
            .bind(total)
            .bind(currency)
            .fetch_all(&self.writer)
            .await
            .map_err(store_error)?;
        match granted.first() {
            Some(row) => lease(row, payment.order.clone(), claimant).map(Claim::Granted),
            None => self.standing(payment).await,
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let mut connection = self.writer.acquire().await.map_err(store_error)?;
        self.settle_on(&mut connection, lease).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        query(&self.statements.release)
            .bind(lease.order().merchant().to_owned())
            .bind(lease.order().order_id().to_owned())
            .bind(claimant_bytes(lease.claimant()))
            .execute(&self.writer)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        query(&self.statements.review)
            .bind(payment.order.merchant().to_owned())
            .bind(payment.order.order_id().to_owned())
            .bind(why.as_str())
            .bind(total)
            .bind(currency)
            .execute(&self.writer)
            .await
            .map_err(store_error)?;
        Ok(())
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
            Some(row) => standing_claim(&row, payment),
            None => Ok(Claim::InProgress {
                retry_after: AFTER_A_RACE,
            }),
        }
    }
}

fn lease(row: &SqliteRow, order: OrderKey, claimant: Claimant) -> Result<Lease, StoreError> {
    let attempt: i64 = column(row, "unsettled_claims")?;
    let fence: i64 = column(row, "fence")?;
    Ok(Lease::new(
        order,
        claimant,
        u32::try_from(attempt).unwrap_or(u32::MAX),
        u64::try_from(fence).map_err(|_| corrupt("fence"))?,
    ))
}

fn standing_claim(row: &SqliteRow, payment: &Payment) -> Result<Claim, StoreError> {
    let paid = money(row, "paid_total", "paid_currency")?;
    match (paid, payment.total()) {
        (Some(paid), Some(total)) if paid == total => return Ok(Claim::Duplicate),
        (Some(_), Some(_)) => return Ok(Claim::Conflict),
        (Some(_), None) => return Ok(Claim::Superseded),
        (None, _) => {}
    }
    let lease_left: Option<i64> = column(row, "lease_left")?;
    let lease_left = lease_left.and_then(|millis| u64::try_from(millis).ok());
    if let Some(millis @ 1..) = lease_left {
        return Ok(Claim::InProgress {
            retry_after: Duration::from_millis(millis),
        });
    }
    if payment.total().is_none() && column(row, "failed")? {
        return Ok(Claim::Duplicate);
    }
    Ok(Claim::InProgress {
        retry_after: AFTER_A_RACE,
    })
}
