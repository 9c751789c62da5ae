//! The shop's own table keeps every rule of the conformance kit.

use std::sync::Arc;
use std::time::Duration;

use own_orders_table::ShopOrders;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, Claim, Claimant, HandlerFailure, Lease, Money, OrderKey, OrderStore, Payment, Review,
    ReviewReason, Settled, Standing, StoreError, async_trait,
};
use sqlx::Row as _;

use crate::database::Database;

/// The kit claims orders that nobody placed. Here every order is placed before it is claimed.
struct PlacesFirst {
    orders: ShopOrders,
    database: Database,
}

#[async_trait]
impl OrderStore for PlacesFirst {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let placed = self.database.place(&payment.order, 3_456).await;
        placed.map_err(StoreError::new)?;
        self.orders.claim(payment, claimant, lease_for).await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.orders.settle(lease).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.orders.standing(payment).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.orders.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.orders.review(payment, why).await
    }
}

/// A schema of its own; every node has its own connections.
struct OwnSchema(Database);

#[async_trait]
impl Subject for OwnSchema {
    type Store = PlacesFirst;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self(Database::fresh().await?))
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PlacesFirst>, BoxError> {
        let database = self.0.another_node().await?;
        Ok(Arc::new(PlacesFirst {
            orders: ShopOrders::new(database.pool.clone()),
            database,
        }))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        let reopened = self.0.another_node().await?;
        self.0.pool.close().await;
        Ok(Self(reopened))
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        let rows = sqlx::query(
            "SELECT merchant_id, number, reason, total, currency,
                 (extract(epoch FROM first_seen) * 1000)::bigint AS first_seen
             FROM payment_reviews",
        )
        .fetch_all(&self.0.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let total: Option<i64> = row.try_get("total")?;
                let currency: Option<&str> = row.try_get("currency")?;
                let total = match (total, currency) {
                    (Some(units), Some(code)) => {
                        Some(Money::new(u64::try_from(units)?, code.parse()?))
                    }
                    _ => None,
                };
                let (merchant, number): (String, String) =
                    (row.try_get("merchant_id")?, row.try_get("number")?);
                let reason = ReviewReason::from_name(row.try_get("reason")?);
                let first_seen =
                    Duration::from_millis(row.try_get::<i64, _>("first_seen")?.try_into()?);
                Ok(Review::new(
                    OrderKey::new(merchant, number)?,
                    reason.ok_or("an unknown reason")?,
                    total,
                    std::time::SystemTime::UNIX_EPOCH + first_seen,
                ))
            })
            .collect()
    }
}

paid_once::order_store_tests!(crate::conformance::OwnSchema);
