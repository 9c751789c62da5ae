//! The ledger on SQLite.
//!
//! One file per idea: how a database is opened (`options`) and brought up to date (`migrate`, with
//! its SQL in `migrations/`), the SQL of every question (`statements`), how writes share a commit
//! (`writer`, `batch`), on which way they get to SQLite (`way`: `direct`, which watches its `files`, or through sqlx with `repeated`), and the ways in: the store (`store`), the ledger (`ledger`, `reviews`),
//! refunds and prices (`refunds`), what a back office reads (`back_office`) and the caller's own
//! transaction (`settle_in`).

mod back_office;
mod batch;
mod direct;
mod files;
mod ledger;
mod migrate;
mod options;
#[cfg(test)]
mod plans;
mod query;
mod refunds;
mod repeated;
mod reviews;
mod settle_in;
mod statements;
mod store;
mod way;
mod writer;
mod written;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use options::SqliteLedgerOptions;

use paid_once::{BoxError, StoreError};
use sqlx::Transaction;
use sqlx::sqlite::{Sqlite, SqlitePool};

use crate::{OpenError, TablePrefix};
use direct::Direct;
use statements::Statements;
use writer::Writer;

/// An [`OrderLedger`](paid_once::OrderLedger) in a SQLite file.
///
/// Cheap to clone; all clones share one pool.
///
/// * What it answered is on disk: write-ahead log, `synchronous = FULL`.
/// * Calls that write at the same time share a commit, and with it a flush of the disk: what is
///   queued while one commit runs becomes the next one. Each is answered after its commit, a lone one
///   is committed at once, and a statement that fails does not affect the others. When a commit itself fails, every call
///   in it gets the error.
/// * All times are those of SQLite's own clock, read inside each statement. It is the clock of the
///   machine, so keep that one right; processes on one machine always agree.
/// * When the file or its write-ahead log is removed while the ledger is open, writes fail from then on: what SQLite
///   would commit to a removed file is gone with the process. What was acknowledged before is saved if the file itself
///   is still there.
/// * To back the file up while it is in use, let SQLite do it: `sqlite3 orders.db ".backup copy.db"`, or `VACUUM INTO`. A
///   copy of the file alone lacks what is still in its log.
/// * Several processes on one machine may use one file. Network file systems cannot hold it.
/// * Totals are whole minor units up to `i64::MAX`; a larger one is a
///   [`StoreError`](paid_once::StoreError), never cut.
#[derive(Clone)]
pub struct SqliteLedger {
    pool: SqlitePool,
    /// Writes on a pool of its own, or on `pool` where there is only that.
    writer: Writer,
    statements: Arc<Statements>,
}

impl SqliteLedger {
    /// Opens the file at `path`, which is made if it is not there, with the default options.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be opened or belongs to a newer version.
    pub async fn connect(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::options().open(path).await
    }

    /// A ledger that lives in memory and is gone with its last clone: for tests and demos.
    ///
    /// It has one connection. While a transaction is open, every other call waits for it.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when there is no memory for it.
    pub async fn in_memory() -> Result<Self, OpenError> {
        Self::options().in_memory().await
    }

    /// Other options than the default ones.
    pub fn options() -> SqliteLedgerOptions {
        SqliteLedgerOptions::new()
    }

    /// Uses a pool that you made, and makes the ledger's tables in its database.
    ///
    /// Its durability is then yours: set the write-ahead log and `synchronous = FULL`, as
    /// [`connect`](Self::connect) does. A pool on `:memory:` must have exactly one connection that is
    /// never closed.
    ///
    /// Give a pool of sqlx 0.9.0 neither an idle timeout nor a lifetime (`idle_timeout(None)`, `max_lifetime(None)`):
    /// with either, a task of it can come to spin for ever, on rare occasions (sqlx's issue 3645).
    ///
    /// The ledger [connects](Self::connect) faster by itself: it then writes on its own thread, and not through the
    /// thread that sqlx runs each connection on.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the tables cannot be made or belong to a newer version.
    pub async fn from_pool(pool: SqlitePool, prefix: &TablePrefix) -> Result<Self, OpenError> {
        Self::from_pools(pool.clone(), pool, prefix, || Ok(None)).await
    }

    async fn from_pools(
        pool: SqlitePool,
        writer: SqlitePool,
        prefix: &TablePrefix,
        direct: impl FnOnce() -> Result<Option<Direct>, OpenError>,
    ) -> Result<Self, OpenError> {
        options::warn_unless_durable(&writer).await?;
        migrate::migrate(&writer, prefix).await?;
        Ok(Self {
            pool,
            writer: Writer::start(writer, direct()?)?,
            statements: Arc::new(Statements::new(prefix)),
        })
    }

    /// The pool, for your own tables. Write through [`begin`](Self::begin), whose queue is fair.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Begins a transaction that writes (`BEGIN IMMEDIATE`), for
    /// [`settle_in`](Self::settle_in).
    ///
    /// A plain `BEGIN` that reads first and writes later fails when somebody else wrote in between;
    /// this one waits for its turn at the start. Nobody else can write while it is open, neither
    /// can this ledger: do slow things, and ask the ledger for anything else, before or after.
    /// Its commit is its own; only calls on the ledger itself share one. Transactions and shared
    /// commits take turns in the order in which they ask.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when there is no connection, or no turn within the busy timeout, or when the file or its
    /// write-ahead log was removed.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin().await
    }

    /// Closes every connection, of this ledger and of its clones, once what runs on them is done.
    /// Without it they are closed with the process; nothing is lost either way.
    pub async fn close(&self) {
        self.writer.close().await;
        self.pool.close().await;
    }
}

impl fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").finish_non_exhaustive()
    }
}

impl From<sqlx::Error> for OpenError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Database(cause.into())
    }
}

/// A call that the ledger cannot work with.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error(
        "settle_in needs a transaction: begin one with SqliteLedger::begin, \
         or your writes and the settlement could part"
    )]
    NoTransaction,
    #[error("the ledger's writing thread has ended")]
    WriterStopped,
}

fn store_error(cause: impl Into<BoxError>) -> StoreError {
    StoreError::new(cause)
}
