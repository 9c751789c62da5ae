use std::sync::Arc;
use std::time::Duration;

use paid_once::{
    BoxError, DueOrder, Expected, ExpectedAmount, NewOrder, Opened, OrderKey, OrderLedger,
    OrderRecord, Resolution, Resolving, Retention, Review, ReviewFilter, ReviewId, StoreError,
    async_trait,
};
use sqlx::postgres::PgRow;

use super::{PostgresLedger, Statement, query};
use crate::value::{Columns as _, corrupt, due_order, expected, expected_kind, millis};
use crate::value::{money_columns, record};

#[async_trait]
impl ExpectedAmount for PostgresLedger {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let rows = self.about(&self.statements.expected, order).await?;
        Ok(match rows.first() {
            Some(row) => expected(row)?,
            None => Expected::Unknown,
        })
    }
}

#[async_trait]
impl OrderLedger for PostgresLedger {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        if let Some(idempotency) = &order.idempotency {
            return self.open_for_cart(&order, idempotency).await;
        }
        // Sent twice it would take its own order for one that existed.
        let opened = self.connections.once(self.insertion(&order)?).await?;
        Ok(Self::new_or_exists(&opened))
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        let sql = &self.statements.attach_session;
        let attach = || about_order(sql, order).bind(session.to_owned());
        self.connections.repeatable(attach).await.map(drop)
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.about(&self.statements.abandon, order).await.map(drop)
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let (total, currency) = money_columns(expected.amount())?;
        let set = || {
            about_order(&self.statements.set_expected, order)
                .bind(expected_kind(expected))
                .bind(total)
                .bind(currency.clone())
                .bind(millis(NewOrder::INQUIRE_AFTER))
        };
        self.connections.repeatable(set).await.map(drop)
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        let rows = self.about(&self.statements.get, order).await?;
        rows.first().map(record).transpose()
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let take = query(&self.statements.take_due)
            .bind(merchant.to_owned())
            .bind(i64::from(limit))
            .bind(millis(busy_for));
        // Sent twice it would take other orders, and those that it took first would wait for their next turn.
        let rows = self.connections.once(take).await?;
        rows.iter().map(due_order).collect()
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        let list = || {
            query(&self.statements.due_orders)
                .bind(merchant.to_owned())
                .bind(i64::from(limit))
        };
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(due_order).collect()
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        let postpone = || about_order(&self.statements.postpone, order).bind(millis(pause));
        self.connections.repeatable(postpone).await.map(drop)
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        let most = i64::from(DueOrder::HURRIED_AT_MOST);
        let hurry = || about_order(&self.statements.hurry, order).bind(most);
        self.connections.repeatable(hurry).await.map(drop)
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let closed = self.about(&self.statements.close, order).await?;
        Ok(!closed.is_empty())
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let list = || query(&self.statements.undelivered).bind(i64::from(limit));
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(record).collect()
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        self.list_reviews(filter, limit).await
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        self.resolve_review(entry, resolution, by, note).await
    }

    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError> {
        let purge = || {
            query(&self.statements.purge)
                .bind(millis(retention.paid))
                .bind(millis(retention.unpaid))
                .bind(i64::from(batch))
        };
        let rows = self.connections.repeatable(purge).await?;
        let purged = match rows.first() {
            Some(row) => row.integer("purged")?,
            None => None,
        };
        purged
            .and_then(|purged| purged.try_into().ok())
            .ok_or_else(|| corrupt("purged"))
    }
}

impl PostgresLedger {
    /// The rows that a statement about one order returns.
    pub(super) async fn about(
        &self,
        sql: &Arc<str>,
        order: &OrderKey,
    ) -> Result<Vec<PgRow>, StoreError> {
        self.connections
            .repeatable(|| about_order(sql, order))
            .await
    }
}

pub(super) fn about_order(sql: &Arc<str>, order: &OrderKey) -> Statement {
    query(sql)
        .bind(order.merchant().to_owned())
        .bind(order.order_id().to_owned())
}
