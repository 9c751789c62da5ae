use std::time::{Duration, SystemTime};

use paid_once::{BoxError, HandlerFailure, OrderKey, StoreError, Undelivered};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::columns::money;
use crate::{ShopOrders, sql};

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
