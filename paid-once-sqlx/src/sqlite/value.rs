//! The columns of SQLite.

use paid_once::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::store_error;
pub(super) use crate::value::*;

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
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(name).map_err(store_error)
}
