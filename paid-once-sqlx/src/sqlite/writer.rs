use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use futures_util::future::{Either, select};
use paid_once::StoreError;
use sqlx::Transaction;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqlitePool, SqliteQueryResult};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Notify, mpsc, oneshot};

use super::batch::{Answer, Batch, MOST_WRITES, Write};
use super::direct::Direct;
use super::query::Query;
use super::repeated::Repeated;
use super::way::{Cause, ThroughSqlx};
use super::{CallError, OpenError, store_error};

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
    direct: Option<Direct>,
}

impl Writer {
    /// With a [`Direct`] connection nobody but the ledger may have the pool: its one connection is then the turn to
    /// write, for that connection too.
    pub(super) fn start(pool: SqlitePool, direct: Option<Direct>) -> Result<Self, OpenError> {
        let (queue, writes) = mpsc::channel(MOST_WRITES);
        let wanted = Arc::<Wanted>::default();
        let turns = Turns {
            pool: pool.clone(),
            direct: direct.clone(),
            wanted: Arc::clone(&wanted),
            kept: None,
        };
        thread::Builder::new()
            .name("paid-once-write".to_owned())
            .spawn(
                move || match Builder::new_current_thread().enable_time().build() {
                    Ok(runtime) => runtime.block_on(write_batches(Batch::of(writes), turns)),
                    // The queue is closed with this: every write fails.
                    Err(error) => tracing::error!(%error, "the ledger's writer could not start"),
                },
            )
            .map_err(|error| OpenError::Database(error.into()))?;
        Ok(Self {
            pool,
            queue,
            wanted,
            direct,
        })
    }

    /// Runs one statement that changes something. The answer comes when the commit that holds the
    /// change has returned.
    pub(super) async fn run(&self, query: Query) -> Answer {
        let (answer, answered) = oneshot::channel();
        let write = Write { query, answer };
        let stopped = || store_error(CallError::WriterStopped);
        self.queue.send(write).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Begins a transaction for the caller. It waits for its turn among the batches.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.check_files()?;
        let _wanting = self.wanted.ask();
        let begun = self.pool.begin_with("BEGIN IMMEDIATE").await;
        begun.map_err(store_error)
    }

    /// A write that is better alone.
    pub(super) async fn run_alone(
        &self,
        statement: &Query,
    ) -> Result<SqliteQueryResult, StoreError> {
        self.check_files()?;
        let _wanting = self.wanted.ask();
        statement.execute(&self.pool).await
    }

    fn check_files(&self) -> Result<(), StoreError> {
        self.direct.as_ref().map_or(Ok(()), Direct::check_files)
    }

    /// Closes the pool and the direct connection, once what runs on them is done.
    pub(super) async fn close(&self) {
        let _wanting = self.wanted.ask();
        self.pool.close().await;
        if let Some(direct) = &self.direct {
            direct.close().await;
        }
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
    direct: Option<Direct>,
    wanted: Arc<Wanted>,
    /// From the batch before, where the pool is the ledger's: each return to it is a trip to the connection's thread.
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
        let keeps = self.direct.is_some() && !self.wanted.by_somebody();
        self.kept = keeps.then_some(connection);
    }
}

/// Ends when the last clone of the [`Writer`] is dropped.
async fn write_batches(mut batch: Batch, mut turns: Turns) {
    let mut repeated = Repeated::default();
    let direct = turns.direct.clone();
    while turns.batch_begins(&mut batch).await {
        let mut connection = match turns.connection().await {
            Ok(connection) => connection,
            Err(cause) => {
                let cause: Cause = Arc::new(cause);
                batch.fail(&cause);
                continue;
            }
        };
        if let Some(direct) = &direct {
            direct.run(&mut batch).await;
        } else {
            let mut way = ThroughSqlx {
                connection: &mut connection,
                repeated: &mut repeated,
            };
            batch.run(&mut way).await;
        }
        turns.end(connection);
    }
    drop(turns);
    // The connection goes back to its pool in a task. The runtime must not end before that, or the
    // connection would be closed, and with it a database in memory.
    while Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
