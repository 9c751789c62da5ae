use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError, async_trait,
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
            // The row may have changed since; then the provider asks again.
            None => match self.row_of(payment).await? {
                Some(row) => Ok(stands(&row, payment)?.into_claim()),
                None => Err(StoreError::new(NoSuchOrder)),
            },
        }
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        match self.row_of(payment).await? {
            Some(row) => stands(&row, payment),
            // Nothing stands in the way of a payment. That it has no order is for the gate to say.
            None => Ok(Standing::Open),
        }
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(StoreError::new)?;
        self.settle_on(&mut connection, lease).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        sqlx::query(sql::RELEASE)
            .bind(lease.order().merchant())
            .bind(lease.order().order_id())
            .bind(claimant_bytes(lease.claimant()))
            .bind(why.as_str())
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
    async fn row_of(&self, payment: &Payment) -> Result<Option<PgRow>, StoreError> {
        sqlx::query(sql::STANDING)
            .bind(payment.order.merchant())
            .bind(payment.order.order_id())
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::new)
    }
}

/// How the order of this row stands towards a payment. The first answer that fits counts.
fn stands(row: &PgRow, payment: &Payment) -> Result<Standing, StoreError> {
    let paid = money(row, "paid_total", "paid_currency").map_err(StoreError::new)?;
    let owed = money(row, "owed_total", "owed_currency").map_err(StoreError::new)?;
    let failed: bool = row.try_get("failed").map_err(StoreError::new)?;
    let claim_left: Option<i64> = row.try_get("claim_left").map_err(StoreError::new)?;
    let claim_left = u64::try_from(claim_left.unwrap_or(0)).unwrap_or(0);
    let total = payment.total();
    Ok(match (paid, owed, total) {
        (Some(_), _, None) => Standing::Superseded,
        (Some(_), _, _) if paid == total => Standing::Duplicate,
        (Some(_), _, _) => Standing::Conflict,
        (None, ..) if claim_left > 0 => Standing::InProgress {
            retry_after: Duration::from_millis(claim_left),
        },
        (None, Some(_), None) => Standing::Superseded,
        (None, Some(_), _) if owed != total => Standing::Conflict,
        (None, None, None) if failed => Standing::Duplicate,
        (None, ..) => Standing::Open,
    })
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
