use paid_once::{BoxError, StoreError};

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database did not open, or not answer.
    #[error("the database could not be opened: check that the folder exists and can be written")]
    Database(#[source] BoxError),
    /// The file does not go into write-ahead mode: it is on a network file system, or has a name
    /// that means memory to SQLite.
    #[error(
        "the database stays in journal mode {found} and cannot be shared safely: \
         put the file on a local disk"
    )]
    NoWriteAheadLog {
        /// The mode it stays in.
        found: String,
    },
    /// A newer version of this crate made the tables.
    #[error(
        "the tables have schema version {found}, this version knows {known} at most: \
         update paid-once-sqlx, or use another database or table prefix"
    )]
    NewerSchema {
        /// The version of the tables.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
}

impl From<sqlx::Error> for OpenError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Database(cause.into())
    }
}

/// A row or a value that the ledger cannot work with.
#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error("the amount {0} is larger than the database can hold")]
    AmountTooLarge(u64),
    #[error("the column {0} holds something that this version never writes")]
    Corrupt(&'static str),
    #[error(
        "settle_in needs a transaction: begin one with SqliteLedger::begin, \
         or your writes and the settlement could part"
    )]
    NoTransaction,
}

pub(super) fn store_error(cause: impl Into<BoxError>) -> StoreError {
    StoreError::new(cause)
}
