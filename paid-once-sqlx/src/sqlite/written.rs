use std::sync::Arc;

use paid_once::StoreError;
use rusqlite::types::Value;
use sqlx::Either;
use sqlx::sqlite::{SqliteQueryResult, SqliteRow};

use crate::value::{Columns, corrupt};

/// What a statement did. To ask SQLite for a row only to see whether something changed (`RETURNING 1`) makes
/// it build a table for that row each time.
#[derive(Default)]
pub(super) struct Written {
    /// What it returned.
    pub(super) rows: Vec<WrittenRow>,
    /// Whether it changed or inserted a row.
    pub(super) changed: bool,
}

/// A row that a writing statement returned, whichever way it took to SQLite.
pub(super) enum WrittenRow {
    Sqlx(SqliteRow),
    Direct {
        names: Arc<[String]>,
        values: Vec<Value>,
    },
}

impl Written {
    /// Takes the next answer of sqlx to a statement; `true` for the last one.
    pub(super) fn take(&mut self, step: Either<SqliteQueryResult, SqliteRow>) -> bool {
        match step {
            Either::Right(row) => {
                self.rows.push(WrittenRow::Sqlx(row));
                false
            }
            Either::Left(end) => {
                self.changed = end.rows_affected() > 0;
                true
            }
        }
    }
}

impl Columns for WrittenRow {
    fn integer(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlx(row) => row.integer(name),
            Self::Direct { names, values } => match value(names, values, name) {
                Some(Value::Integer(integer)) => Ok(Some(*integer)),
                Some(Value::Null) => Ok(None),
                _ => Err(corrupt(name)),
            },
        }
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, StoreError> {
        match self {
            Self::Sqlx(row) => row.text(name),
            Self::Direct { names, values } => match value(names, values, name) {
                Some(Value::Text(text)) => Ok(Some(text)),
                Some(Value::Null) => Ok(None),
                _ => Err(corrupt(name)),
            },
        }
    }

    fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlx(row) => row.flag(name),
            Self::Direct { .. } => Ok(self.integer(name)?.ok_or_else(|| corrupt(name))? != 0),
        }
    }
}

fn value<'r>(names: &[String], values: &'r [Value], name: &str) -> Option<&'r Value> {
    values.get(names.iter().position(|one| one == name)?)
}
