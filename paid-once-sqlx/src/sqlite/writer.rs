use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use futures_util::future::{Either, select};
use sqlx::Transaction;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqlitePool, SqliteQueryResult};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Notify, mpsc, oneshot};

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
    wanted: Arc<Wanted>,
}

/// Whose the pool of a [`Writer`] is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolOf {
    /// The ledger's: only a [`Writer`] takes connections from it. Its thread keeps the connection from one batch to
    /// the next, unless somebody else [wants](Wanted) it: each return to the pool is a round trip to the
    /// connection.
    Ledger,
    /// The shop's, which takes connections too.
    Shop,
}

impl Writer {
    pub(super) fn start(pool: SqlitePool, pool_of: PoolOf) -> Result<Self, OpenError> {
        let (queue, writes) = mpsc::channel(MOST_WRITES);
        let wanted = Arc::<Wanted>::default();
        let turns = Turns {
            pool: pool.clone(),
            pool_of,
            wanted: Arc::clone(&wanted),
            kept: None,
        };
        let batches = write_batches(Batch::of(writes), turns);
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
        Ok(Self {
            pool,
            queue,
            wanted,
        })
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
        let _wanting = self.wanted.ask();
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// A write that is better alone.
    pub(super) async fn run_alone(&self, statement: Query) -> sqlx::Result<SqliteQueryResult> {
        let _wanting = self.wanted.ask();
        statement.execute(&self.pool).await
    }

    /// Closes the pool, once what runs on it is done.
    pub(super) async fn close(&self) {
        let _wanting = self.wanted.ask();
        self.pool.close().await;
    }
}

/// Who wants the connection beside the writer's thread.
#[derive(Default)]
struct Wanted {
    by: AtomicUsize,
    asked: Notify,
}

impl Wanted {
    fn ask(&self) -> Wanting<'_> {
        self.by.fetch_add(1, Ordering::SeqCst);
        self.asked.notify_one();
        Wanting(self)
    }

    fn by_somebody(&self) -> bool {
        self.by.load(Ordering::SeqCst) > 0
    }
}

/// Until it is dropped, the writer's thread does not keep the connection.
struct Wanting<'a>(&'a Wanted);

impl Drop for Wanting<'_> {
    fn drop(&mut self) {
        self.0.by.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The turns of the writer's thread on its pool.
struct Turns {
    pool: SqlitePool,
    pool_of: PoolOf,
    wanted: Arc<Wanted>,
    /// From the batch before.
    kept: Option<PoolConnection<Sqlite>>,
}

impl Turns {
    /// Waits for a batch to begin. `false` when there will be none any more.
    async fn batch_begins(&mut self, batch: &mut Batch) -> bool {
        if self.kept.is_some() {
            let begins = pin!(batch.begins());
            let asked = pin!(self.wanted.asked.notified());
            if let Either::Left((begins, _)) = select(begins, asked).await {
                return begins;
            }
            self.kept = None;
        }
        batch.begins().await
    }

    async fn connection(&mut self) -> sqlx::Result<PoolConnection<Sqlite>> {
        // Back in the pool it goes to those that wait, in the order in which they asked.
        let kept = self.kept.take().filter(|_| !self.wanted.by_somebody());
        match kept {
            Some(connection) => Ok(connection),
            None => self.pool.acquire().await,
        }
    }

    fn end(&mut self, connection: PoolConnection<Sqlite>) {
        // One that is left in a transaction is replaced by the pool.
        let keeps = self.pool_of == PoolOf::Ledger
            && !self.wanted.by_somebody()
            && !sqlx::Connection::is_in_transaction(&*connection);
        self.kept = keeps.then_some(connection);
    }
}

/// Ends when the last clone of the [`Writer`] is dropped.
async fn write_batches(mut batch: Batch, mut turns: Turns) {
    while turns.batch_begins(&mut batch).await {
        match turns.connection().await {
            Ok(mut connection) => {
                batch.run(&mut connection).await;
                turns.end(connection);
            }
            Err(cause) => batch.fail(cause),
        }
    }
    drop(turns);
    // The connection goes back to its pool in a task. The runtime must not end before that, or the
    // connection would be closed, and with it a database in memory.
    while Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
