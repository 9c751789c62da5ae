use std::time::Duration;

use paid_once::{
    BoxError, DueOrder, Expected, ExpectedAmount, Idempotency, NewOrder, Opened, OrderKey,
    OrderLedger, OrderRecord, OrderState, Resolution, Resolving, Retention, Review, ReviewFilter,
    ReviewId, StoreError, async_trait,
};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::query::{Query, column, of_order, query};
use super::statements::Statements;
use super::{SqliteLedger, store_error};
use crate::value::{due_order, expected, expected_kind, millis, mode_name, money_columns, record};

#[async_trait]
impl ExpectedAmount for SqliteLedger {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let row = self.row_of(&self.statements.expected, order).await?;
        Ok(match row {
            Some(row) => expected(&row)?,
            None => Expected::Unknown,
        })
    }
}

#[async_trait]
impl OrderLedger for SqliteLedger {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        let Some(idempotency) = &order.idempotency else {
            let inserted = self
                .writer
                .run(inserting(&self.statements, &order)?)
                .await?;
            return Ok(opened(inserted.changed));
        };
        let mut transaction = self.begin().await?;
        if let Some(existing) =
            reusable(&self.statements, &mut transaction, &order, idempotency).await?
        {
            return Ok(existing);
        }
        query(&self.statements.free_cart)
            .bind_text(order.order.merchant())
            .bind_text(&idempotency.key)
            .execute(&mut *transaction)
            .await?;
        let inserted = inserting(&self.statements, &order)?
            .execute(&mut *transaction)
            .await?;
        let opened = opened(inserted.rows_affected() > 0);
        // Any other answer rolls back: the key stays with the order that had it.
        if opened == Opened::New {
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(opened)
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        let attach = of_order(&self.statements.attach_session, order).bind_text(session);
        self.writer.run(attach).await.map(drop)
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        let abandon = of_order(&self.statements.abandon, order);
        self.writer.run(abandon).await.map(drop)
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let (total, currency) = money_columns(expected.amount())?;
        let set = of_order(&self.statements.set_expected, order)
            .bind_text(expected_kind(expected))
            .bind(total)
            .bind(currency)
            .bind(millis(NewOrder::INQUIRE_AFTER));
        self.writer.run(set).await.map(drop)
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        let row = self.row_of(&self.statements.get, order).await?;
        row.as_ref().map(record).transpose()
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let take = query(&self.statements.take_due)
            .bind_text(merchant)
            .bind(limit)
            .bind(millis(busy_for));
        let taken = self.writer.run(take).await?;
        taken.rows.iter().map(due_order).collect()
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        let rows = query(&self.statements.due_orders)
            .bind_text(merchant)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(due_order).collect()
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        let postpone = of_order(&self.statements.postpone, order).bind(millis(pause));
        self.writer.run(postpone).await.map(drop)
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        let hurry = of_order(&self.statements.hurry, order).bind(DueOrder::HURRIED_AT_MOST);
        self.writer.run(hurry).await.map(drop)
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let close = of_order(&self.statements.close, order);
        Ok(self.writer.run(close).await?.changed)
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let rows = query(&self.statements.undelivered)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
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
        let mut purged = 0;
        for (statement, age) in [
            (&self.statements.purge_paid, retention.paid),
            (&self.statements.purge_unpaid, retention.unpaid),
        ] {
            let left = u64::from(batch).saturating_sub(purged);
            let purge = query(statement)
                .bind(millis(age))
                .bind(i64::try_from(left).unwrap_or(i64::MAX));
            purged += self.writer.run_alone(&purge).await?.rows_affected();
        }
        Ok(purged)
    }
}

impl SqliteLedger {
    /// The row that a reading statement finds for one order.
    pub(super) async fn row_of(
        &self,
        statement: &std::sync::Arc<str>,
        order: &OrderKey,
    ) -> Result<Option<SqliteRow>, StoreError> {
        of_order(statement, order).fetch_optional(&self.pool).await
    }
}

/// The order that still answers for an idempotency key.
async fn reusable(
    statements: &Statements,
    connection: &mut SqliteConnection,
    new: &NewOrder,
    idempotency: &Idempotency,
) -> Result<Option<Opened>, StoreError> {
    let row = query(&statements.cart_holder)
        .bind_text(new.order.merchant())
        .bind_text(&idempotency.key)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let holder = record(&row)?;
    let answers_for_the_key = match holder.state {
        _ if column::<bool>(&row, "owed")? => true,
        OrderState::Paid { .. } | OrderState::Review => true,
        OrderState::Pending => column::<i64>(&row, "age")? < millis(idempotency.reuse_for),
        _ => false,
    };
    if !answers_for_the_key {
        return Ok(None);
    }
    let fingerprint: &[u8] = column(&row, "cart_fingerprint")?;
    Ok(Some(if fingerprint == idempotency.fingerprint {
        Opened::Existing(holder)
    } else {
        Opened::KeyReused
    }))
}

/// The statement that opens a new order.
fn inserting(statements: &Statements, new: &NewOrder) -> Result<Query, StoreError> {
    let (total, currency) = money_columns(new.expected.amount())?;
    let idempotency = new.idempotency.as_ref();
    Ok(of_order(&statements.open, &new.order)
        .bind_text(expected_kind(new.expected))
        .bind(total)
        .bind(currency)
        .bind_text(mode_name(new.mode))
        .bind(idempotency.map(|one| one.key.clone()))
        .bind(idempotency.map(|one| one.fingerprint.to_vec()))
        .bind(millis(new.inquire_after)))
}

/// What came of [`inserting`].
fn opened(inserted: bool) -> Opened {
    if inserted {
        Opened::New
    } else {
        Opened::OrderExists
    }
}
