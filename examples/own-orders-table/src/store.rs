use std::time::{Duration, SystemTime};

use paid_once::{
    BoxError, Claim, Claimant, Expected, ExpectedAmount, HandlerFailure, Lease, OrderKey,
    OrderStore, Payment, ReviewReason, Settled, Standing, StoreError, Undelivered, async_trait,
};
use sqlx::Row as _;
use sqlx::postgres::{PgPool, PgRow};

use crate::sql::{self, claimant_bytes, millis, money, money_columns};

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

#[async_trait]
impl ExpectedAmount for ShopOrders {
    /// What the order costs, or more: the buyer may have chosen instalments.
    ///
    /// A cancelled order is as unknown as one that was never placed: its payment is refused and recorded for review.
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let row = sqlx::query(sql::EXPECTED)
            .bind(order.merchant())
            .bind(order.order_id())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(Expected::Unknown);
        };
        let total = money(&row, "total", "currency")?;
        Ok(total.map_or(Expected::Unknown, Expected::AtLeast))
    }
}

impl ShopOrders {
    /// Orders that are paid and whose handler never succeeded, those that wait longest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or a row holds what this store never writes.
    pub async fn undelivered(
        &self,
        limit: u32,
    ) -> Result<Vec<(OrderKey, Undelivered)>, StoreError> {
        let rows = sqlx::query(sql::UNDELIVERED)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::new)?;
        let read: Result<_, BoxError> = rows.iter().map(undelivered).collect();
        read.map_err(StoreError::new)
    }
}

fn undelivered(row: &PgRow) -> Result<(OrderKey, Undelivered), BoxError> {
    let (merchant, number): (&str, &str) = (row.try_get("merchant_id")?, row.try_get("number")?);
    let total = money(row, "owed_total", "owed_currency")?.ok_or("nothing is owed")?;
    let attempts: i64 = row.try_get("unsettled_claims")?;
    let since: i64 = row.try_get("since_millis")?;
    let last_failure: Option<&str> = row.try_get("last_failure")?;
    Ok((
        OrderKey::new(merchant, number)?,
        Undelivered::new(
            total,
            u32::try_from(attempts)?,
            SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(since)?),
            last_failure.and_then(HandlerFailure::from_name),
        ),
    ))
}
