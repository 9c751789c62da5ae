use std::time::Duration;

use paid_once::{
    Claim, Claimant, Lease, OrderStore, Payment, ReviewReason, Settled, StoreError, async_trait,
};
use sqlx::Row as _;
use sqlx::postgres::{PgPool, PgRow};

use crate::columns::{claimant_bytes, millis, money, money_columns};
use crate::sql;

/// The shop's orders table, as a store of payments and as the record of what orders cost.
#[derive(Debug, Clone)]
pub struct ShopOrders {
    pub(crate) pool: PgPool,
}

/// A payment for an order that is not in the table. The gate refuses a success for one before it claims.
#[derive(Debug, thiserror::Error)]
#[error("the shop has no such order")]
struct NoSuchOrder;

/// When to ask again after the row changed between two statements.
const AFTER_A_RACE: Duration = Duration::from_millis(100);

impl ShopOrders {
    /// The store on this database. The table must have the columns of `sql/payments.sql`.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl OrderStore for ShopOrders {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        let granted = sqlx::query(sql::CLAIM)
            .bind(payment.order.merchant())
            .bind(payment.order.order_id())
            .bind(claimant_bytes(claimant))
            .bind(millis(lease_for))
            .bind(total)
            .bind(currency)
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::new)?;
        match granted {
            Some(row) => Ok(Claim::Granted(lease(&row, payment, claimant)?)),
            None => self.standing(payment).await,
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(StoreError::new)?;
        self.settle_on(&mut connection, lease).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        sqlx::query(sql::RELEASE)
            .bind(lease.order().merchant())
            .bind(lease.order().order_id())
            .bind(claimant_bytes(lease.claimant()))
            .execute(&self.pool)
            .await
            .map_err(StoreError::new)?;
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let (total, currency) = money_columns(payment.total())?;
        sqlx::query(sql::REVIEW)
            .bind(payment.order.merchant())
            .bind(payment.order.order_id())
            .bind(why.as_str())
            .bind(total)
            .bind(currency)
            .execute(&self.pool)
            .await
            .map_err(StoreError::new)?;
        Ok(())
    }
}

impl ShopOrders {
    /// Why a claim was not granted. The row may have changed since; then the provider asks again.
    async fn standing(&self, payment: &Payment) -> Result<Claim, StoreError> {
        let row = sqlx::query(sql::STANDING)
            .bind(payment.order.merchant())
            .bind(payment.order.order_id())
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::new)?
            .ok_or_else(|| StoreError::new(NoSuchOrder))?;
        let paid = money(&row, "paid_total", "paid_currency").map_err(StoreError::new)?;
        let failed: bool = row.try_get("failed").map_err(StoreError::new)?;
        let claim_left: Option<i64> = row.try_get("claim_left").map_err(StoreError::new)?;
        let claim_left = u64::try_from(claim_left.unwrap_or(0)).unwrap_or(0);
        Ok(match (paid, payment.total()) {
            (Some(paid), Some(total)) if paid == total => Claim::Duplicate,
            (Some(_), Some(_)) => Claim::Conflict,
            (Some(_), None) => Claim::Superseded,
            (None, _) if claim_left > 0 => Claim::InProgress {
                retry_after: Duration::from_millis(claim_left),
            },
            (None, None) if failed => Claim::Duplicate,
            (None, _) => Claim::InProgress {
                retry_after: AFTER_A_RACE,
            },
        })
    }
}

fn lease(row: &PgRow, payment: &Payment, claimant: Claimant) -> Result<Lease, StoreError> {
    let attempt: i64 = row.try_get("unsettled_claims").map_err(StoreError::new)?;
    let fence: i64 = row.try_get("fence").map_err(StoreError::new)?;
    Ok(Lease::new(
        payment.order.clone(),
        claimant,
        u32::try_from(attempt).map_err(StoreError::new)?,
        u64::try_from(fence).map_err(StoreError::new)?,
    ))
}
