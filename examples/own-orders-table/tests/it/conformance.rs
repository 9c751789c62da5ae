//! The shop's own table keeps every rule of the conformance kit.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use own_orders_table::ShopOrders;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, Claim, Claimant, FailureReason, HandlerFailure, Lease, Money, OrderKey, OrderStore,
    Payment, Review, ReviewId, ReviewReason, Settled, Standing, StoreError, async_trait,
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
            "SELECT id, merchant_id, number, reason, total, currency, seen,
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
                let order = OrderKey::new(merchant, number)?;
                let payment = match total {
                    Some(total) => Payment::paid(order, total),
                    None => Payment::failed(order, FailureReason::default()),
                };
                let reason = ReviewReason::from_name(row.try_get("reason")?);
                let first_seen =
                    Duration::from_millis(row.try_get::<i64, _>("first_seen")?.try_into()?);
                let first_seen = SystemTime::UNIX_EPOCH + first_seen;
                let id = ReviewId::new(row.try_get::<i64, _>("id")?.try_into()?);
                let seen = u32::try_from(row.try_get::<i64, _>("seen")?)?;
                let reason = reason.ok_or("an unknown reason")?;
                let review = Review::new(id, payment, reason, first_seen);
                Ok(review.with_seen(seen, first_seen))
            })
            .collect()
    }
}

paid_once::order_store_tests!(crate::conformance::OwnSchema);
