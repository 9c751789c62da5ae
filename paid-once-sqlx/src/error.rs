use paid_once::BoxError;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database file did not open, or not answer.
    #[error("the database could not be opened: check that the folder exists and can be written")]
    Database(#[source] BoxError),
    /// The database server was not reached, or refused.
    #[error(
        "the database server was not reached, or refused: \
         check the URL, that the server runs, and what the user may do"
    )]
    Server(#[source] BoxError),
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
