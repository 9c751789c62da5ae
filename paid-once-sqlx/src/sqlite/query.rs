use std::sync::Arc;

use paid_once::{OrderKey, StoreError};
use rusqlite::types::Value;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteQueryResult, SqliteRow};
use sqlx::{AssertSqlSafe, Executor, Row as _};

use super::store_error;
use crate::value::Columns;

/// A statement of the ledger with the values of its parameters, for either way to SQLite. Its text comes from this
/// crate's templates and a checked [`TablePrefix`](crate::TablePrefix), nothing else.
#[derive(Clone)]
pub(super) struct Query {
    pub(super) sql: Arc<str>,
    pub(super) values: Vec<Value>,
}

/// What sqlx calls one.
pub(super) type SqlxQuery = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// A statement whose values are yet to be bound.
pub(super) fn query(sql: &Arc<str>) -> Query {
    Query {
        sql: Arc::clone(sql),
        values: Vec::with_capacity(8),
    }
}

/// A statement that begins with the two values that name an order.
pub(super) fn of_order(sql: &Arc<str>, order: &OrderKey) -> Query {
    query(sql).bind_order(order)
}

impl Query {
    /// Adds the value of the next parameter.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds a text.
    pub(super) fn bind_text(self, value: &str) -> Self {
        self.bind(value.to_owned())
    }

    /// Adds the two values that name an order.
    pub(super) fn bind_order(self, order: &OrderKey) -> Self {
        self.bind_text(order.merchant()).bind_text(order.order_id())
    }

    /// Adds these values to a query of sqlx.
    pub(super) fn bind_to(&self, query: SqlxQuery) -> SqlxQuery {
        self.values
            .iter()
            .cloned()
            .fold(query, |query, value| match value {
                Value::Null => query.bind(None::<i64>),
                Value::Integer(integer) => query.bind(integer),
                Value::Real(real) => query.bind(real),
                Value::Text(text) => query.bind(text),
                Value::Blob(bytes) => query.bind(bytes),
            })
    }

    pub(super) fn sqlx(&self) -> SqlxQuery {
        self.bind_to(of_text(&self.sql))
    }

    pub(super) async fn execute(
        &self,
        executor: impl Executor<'_, Database = Sqlite>,
    ) -> Result<SqliteQueryResult, StoreError> {
        self.sqlx().execute(executor).await.map_err(store_error)
    }

    pub(super) async fn fetch_one(
        &self,
        executor: impl Executor<'_, Database = Sqlite>,
    ) -> Result<SqliteRow, StoreError> {
        self.sqlx().fetch_one(executor).await.map_err(store_error)
    }

    pub(super) async fn fetch_optional(
        &self,
        executor: impl Executor<'_, Database = Sqlite>,
    ) -> Result<Option<SqliteRow>, StoreError> {
        let row = self.sqlx().fetch_optional(executor);
        row.await.map_err(store_error)
    }

    pub(super) async fn fetch_all(
        &self,
        executor: impl Executor<'_, Database = Sqlite>,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        self.sqlx().fetch_all(executor).await.map_err(store_error)
    }
}

/// A query of sqlx with one of the ledger's texts.
pub(super) fn of_text(sql: &Arc<str>) -> SqlxQuery {
    sqlx::query(AssertSqlSafe(Arc::clone(sql)))
}

/// The columns of a row that sqlx read.
impl Columns for SqliteRow {
    fn integer(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        column(self, name)
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, StoreError> {
        column(self, name)
    }

    fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        column(self, name)
    }
}

/// A column that this version wrote.
pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &'static str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    row.try_get(name).map_err(store_error)
}
