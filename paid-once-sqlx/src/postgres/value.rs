//! The columns of PostgreSQL.

use paid_once::StoreError;
use sqlx::Row as _;
use sqlx::postgres::{PgRow, Postgres};

use crate::value::Columns;

impl Columns for PgRow {
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
pub(super) fn column<'r, T>(row: &'r PgRow, name: &'static str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
{
    row.try_get(name).map_err(StoreError::new)
}
