use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::{Instant, sleep};

use super::direct::Direct;
use super::{OpenError, SqliteLedger};
use crate::TablePrefix;

/// How long a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Pages in the write-ahead log after which it is copied into the database: 32 MiB instead of SQLite's
/// 4. Payments come for orders all over the table, so that one copying serves more of them; and it is
/// the commit that reaches this number that waits for it.
pub(super) const LOG_PAGES: &str = "8000";

/// Of each connection, as SQLite wants it: minus kibibytes. 16 MiB instead of 2, so that the pages of
/// a whole shared commit stay in memory.
pub(super) const CACHE: &str = "-16384";

/// How a [`SqliteLedger`] is opened.
#[derive(Debug, Clone)]
#[must_use = "options do nothing until the ledger is opened"]
pub struct SqliteLedgerOptions {
    prefix: TablePrefix,
    max_connections: u32,
    busy_timeout: Duration,
}

impl SqliteLedgerOptions {
    pub(super) fn new() -> Self {
        Self {
            prefix: TablePrefix::default(),
            max_connections: 4,
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// What the names of the tables start with. Default `paid_once_`.
    pub fn prefix(mut self, prefix: TablePrefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// How many connections [`SqliteLedger::pool`] opens at most. Default 4, at least 1.
    ///
    /// The ledger reads with them. It writes with one more connection, because SQLite lets one write
    /// at a time: more would only wait, and not in turn.
    pub fn max_connections(mut self, max_connections: u32) -> Self {
        self.max_connections = max_connections.max(1);
        self
    }

    /// How long a write waits for its turn. Default 5 s.
    pub fn busy_timeout(mut self, busy_timeout: Duration) -> Self {
        self.busy_timeout = busy_timeout;
        self
    }

    /// Opens the file at `path`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be opened or belongs to a newer version.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteLedger, OpenError> {
        let path = path.as_ref();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", LOG_PAGES)
            .pragma("cache_size", CACHE)
            .foreign_keys(true)
            .busy_timeout(self.busy_timeout);
        turn_write_ahead_log_on(&options, self.busy_timeout).await?;
        let pool = |max_connections| {
            SqlitePoolOptions::new()
                .max_connections(max_connections)
                // With either limit sqlx 0.9.0 sweeps idle connections in a task, which can take a connection that is
                // being returned for usize::MAX idle ones and then spins on its thread for ever (its issue 3645).
                // A connection to a file may be as old as it likes.
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // A file does not hang up; asking first would double the trips.
                .test_before_acquire(false)
                // A full disk makes SQLite end a transaction by itself. sqlx takes it for open ever
                // after, and begins no other on that connection: replace it.
                .before_acquire(|connection, _| {
                    let usable = !connection.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
                .connect_with(options.clone())
        };
        let writer = pool(1).await?;
        let readers = pool(self.max_connections).await?;
        SqliteLedger::from_pools(readers, writer, &self.prefix, || {
            Ok(Some(Direct::open(path, self.busy_timeout)?))
        })
        .await
    }

    /// A ledger that lives in memory and is gone with its last clone.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when there is no memory for it.
    pub async fn in_memory(self) -> Result<SqliteLedger, OpenError> {
        // Every connection to :memory: is a database of its own, so there is one, for ever.
        let pool = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(
                SqliteConnectOptions::new()
                    .in_memory(true)
                    .foreign_keys(true),
            )
            .await?;
        SqliteLedger::from_pool(pool, &self.prefix).await
    }
}

/// Switches the file to the write-ahead log; it stays so for all later connections.
///
/// The switch needs the file for itself for a moment, and SQLite does not wait for that by itself:
/// two processes that open a new file together would make one of them fail.
async fn turn_write_ahead_log_on(
    options: &SqliteConnectOptions,
    patience: Duration,
) -> Result<(), OpenError> {
    let deadline = Instant::now() + patience;
    loop {
        match write_ahead_log(options).await {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(found) => return Err(OpenError::NoWriteAheadLog { found }),
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn write_ahead_log(options: &SqliteConnectOptions) -> Result<String, sqlx::Error> {
    let mut connection: SqliteConnection = options.connect().await?;
    let mode = sqlx::query_scalar("PRAGMA journal_mode = WAL")
        .fetch_one(&mut connection)
        .await;
    connection.close().await?;
    mode
}

/// `SQLITE_BUSY`, or one of its extended codes.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// A pool made elsewhere may answer before its writes are on disk. That is for its owner to decide,
/// but not to overlook.
pub(super) async fn warn_unless_durable(pool: &SqlitePool) -> Result<(), OpenError> {
    const FULL: i64 = 2;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(pool)
        .await?;
    if synchronous < FULL {
        tracing::warn!(
            synchronous,
            "SQLite may forget settlements when the power fails: set synchronous = FULL"
        );
    }
    Ok(())
}
