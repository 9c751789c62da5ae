use std::time::Duration;

use paid_once::{
    BoxError, DueOrder, Expected, ExpectedAmount, Idempotency, NewOrder, Opened, OrderKey,
    OrderLedger, OrderRecord, OrderState, Resolution, Resolving, Retention, Review, ReviewFilter,
    ReviewId, StoreError, async_trait,
};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::statements::Statements;
use super::{Query, SqliteLedger, by_order, column, query, store_error};
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
            let bind = inserting(order)?;
            let inserted = self.writer.run(&self.statements.open, bind).await?;
            return Ok(opened(inserted.changed));
        };
        let mut transaction = self.begin().await?;
        if let Some(existing) =
            reusable(&self.statements, &mut transaction, &order, idempotency).await?
        {
            return Ok(existing);
        }
        query(&self.statements.free_cart)
            .bind(order.order.merchant().to_owned())
            .bind(idempotency.key.clone())
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        let inserted = inserting(order)?(query(&self.statements.open))
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        let opened = opened(inserted.rows_affected() > 0);
        // Any other answer rolls back: the key stays with the order that had it.
        if opened == Opened::New {
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(opened)
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        let (order, session) = (order.clone(), session.to_owned());
        let bind = move |change| by_order(change, &order).bind(session.clone());
        let attached = self.writer.run(&self.statements.attach_session, bind);
        attached.await.map(drop)
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        let order = order.clone();
        let bind = move |change| by_order(change, &order);
        let abandoned = self.writer.run(&self.statements.abandon, bind);
        abandoned.await.map(drop)
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let (total, currency) = money_columns(expected.amount())?;
        let order = order.clone();
        let bind = move |change| {
            by_order(change, &order)
                .bind(expected_kind(expected))
                .bind(total)
                .bind(currency.clone())
                .bind(millis(NewOrder::INQUIRE_AFTER))
        };
        let set = self.writer.run(&self.statements.set_expected, bind);
        set.await.map(drop)
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
        let (merchant, busy_for) = (merchant.to_owned(), millis(busy_for));
        let bind = move |take: Query| {
            take.bind(merchant.clone())
                .bind(i64::from(limit))
                .bind(busy_for)
        };
        let taken = self.writer.run(&self.statements.take_due, bind).await?;
        taken.rows.iter().map(due_order).collect()
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        let rows = query(&self.statements.due_orders)
            .bind(merchant.to_owned())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(due_order).collect()
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        let order = order.clone();
        let bind = move |change| by_order(change, &order).bind(millis(pause));
        let postponed = self.writer.run(&self.statements.postpone, bind);
        postponed.await.map(drop)
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        let order = order.clone();
        let bind = move |change| by_order(change, &order).bind(DueOrder::HURRIED_AT_MOST);
        let hurried = self.writer.run(&self.statements.hurry, bind);
        hurried.await.map(drop)
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let order = order.clone();
        let bind = move |change| by_order(change, &order);
        let closed = self.writer.run(&self.statements.close, bind);
        Ok(closed.await?.changed)
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let rows = query(&self.statements.undelivered)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
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
            let some = self.writer.run_alone(purge).await.map_err(store_error)?;
            purged += some.rows_affected();
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
        by_order(query(statement), order)
            .fetch_optional(&self.pool)
            .await
            .map_err(store_error)
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
        .bind(new.order.merchant().to_owned())
        .bind(idempotency.key.clone())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
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

/// Adds the values of a new order to the statement that opens it.
fn inserting(new: NewOrder) -> Result<impl Fn(Query) -> Query + Send + Sync + 'static, StoreError> {
    let (total, currency) = money_columns(new.expected.amount())?;
    let inquire_after = millis(new.inquire_after);
    let (key, fingerprint) = match new.idempotency {
        Some(Idempotency {
            key, fingerprint, ..
        }) => (Some(key), Some(fingerprint.to_vec())),
        None => (None, None),
    };
    Ok(move |open| {
        by_order(open, &new.order)
            .bind(expected_kind(new.expected))
            .bind(total)
            .bind(currency.clone())
            .bind(mode_name(new.mode))
            .bind(key.clone())
            .bind(fingerprint.clone())
            .bind(inquire_after)
    })
}

/// What came of [`inserting`].
fn opened(inserted: bool) -> Opened {
    if inserted {
        Opened::New
    } else {
        Opened::OrderExists
    }
}
