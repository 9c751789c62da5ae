use std::sync::Arc;
use std::thread;
use std::time::Duration;

use sqlx::Transaction;
use sqlx::sqlite::{Sqlite, SqlitePool};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

use super::batch::{Answer, Batch, MOST_WRITES, Write};
use super::{CallError, OpenError, Query, store_error};

/// All writes of one ledger go through here, those that wait at the same time in one commit.
///
/// A thread with a runtime of its own takes what is queued, commits it and answers; what comes
/// meanwhile is the next batch. So a lone write is committed at once, and
/// a caller whose call is dropped, or whose runtime ends or hangs, delays no other caller.
#[derive(Clone)]
pub(super) struct Writer {
    /// One connection, where the ledger made the pool: SQLite lets one write at a time, and a pool's
    /// queue is fair where SQLite's own waiting is a lottery. Batches and transactions take turns.
    pool: SqlitePool,
    queue: mpsc::Sender<Write>,
}

impl Writer {
    pub(super) fn start(pool: SqlitePool) -> Result<Self, OpenError> {
        let (queue, writes) = mpsc::channel(MOST_WRITES);
        let batches = write_batches(Batch::of(writes), pool.clone());
        thread::Builder::new()
            .name("paid-once-write".to_owned())
            .spawn(
                move || match Builder::new_current_thread().enable_time().build() {
                    Ok(runtime) => runtime.block_on(batches),
                    // The queue is closed with this: every write fails.
                    Err(error) => tracing::error!(%error, "the ledger's writer could not start"),
                },
            )
            .map_err(|error| OpenError::Database(error.into()))?;
        Ok(Self { pool, queue })
    }

    /// Runs one statement that changes something. The answer comes when the commit that holds the
    /// change has returned.
    pub(super) async fn run(
        &self,
        sql: &Arc<str>,
        bind: impl Fn(Query) -> Query + Send + Sync + 'static,
    ) -> Answer {
        let (answer, answered) = oneshot::channel();
        let write = Write {
            sql: Arc::clone(sql),
            bind: Box::new(bind),
            answer,
        };
        let stopped = || store_error(CallError::WriterStopped);
        self.queue.send(write).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Begins a transaction for the caller. It waits for its turn among the batches.
    pub(super) async fn begin(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// The pool, for a write that is better alone.
    pub(super) fn pool(&self) -> &SqlitePool {
        &self.pool
    }
}

/// Ends when the last clone of the [`Writer`] is dropped.
async fn write_batches(mut batch: Batch, pool: SqlitePool) {
    while batch.begins().await {
        match pool.acquire().await {
            Ok(mut connection) => batch.run(&mut connection).await,
            Err(cause) => batch.fail(cause),
        }
    }
    // The connection goes back to its pool in a task. The runtime must not end before that, or the
    // connection would be closed, and with it a database in memory.
    while Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
