use std::sync::Arc;

use futures_util::TryStreamExt as _;
use paid_once::StoreError;
use sqlx::sqlite::{SqliteConnection, SqliteQueryResult, SqliteRow};
use sqlx::{Either, Executor as _};
use tokio::sync::{mpsc, oneshot};

use super::repeated::Repeated;
use super::{Query, query, store_error};

/// Writes in one commit, at most: a full batch holds the database's write lock for some
/// milliseconds.
pub(super) const MOST_WRITES: usize = 128;

/// What a statement did. To ask SQLite for a row only to see whether something changed (`RETURNING 1`) makes
/// it build a table for that row each time.
#[derive(Default)]
pub(super) struct Written {
    /// What it returned.
    pub(super) rows: Vec<SqliteRow>,
    /// Whether it changed or inserted a row.
    pub(super) changed: bool,
}

impl Written {
    /// Takes the next answer of SQLite to a statement; `true` for the last one.
    pub(super) fn take(&mut self, step: Either<SqliteQueryResult, SqliteRow>) -> bool {
        match step {
            Either::Right(row) => {
                self.rows.push(row);
                false
            }
            Either::Left(end) => {
                self.changed = end.rows_affected() > 0;
                true
            }
        }
    }
}

pub(super) type Answer = Result<Written, StoreError>;

/// One statement that changes something, and who waits for its answer.
pub(super) struct Write {
    pub(super) sql: Arc<str>,
    /// Adds the values of its parameters.
    pub(super) bind: Box<dyn Fn(Query) -> Query + Send + Sync>,
    pub(super) answer: oneshot::Sender<Answer>,
}

impl Write {
    /// Whoever dropped its call before it began does not want it any more.
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    /// Runs the statement to its end. Outside a transaction that includes the commit, which
    /// `fetch_optional` would leave to itself: it stops at the first row.
    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Written> {
        let mut steps = connection.fetch_many((self.bind)(query(&self.sql)));
        let mut written = Written::default();
        while let Some(step) = steps.try_next().await? {
            written.take(step);
        }
        Ok(written)
    }

    /// Whether it is the same statement, with other values.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.sql, &other.sql)
    }

    fn answer(self, answer: Answer) {
        // Nobody waits for it if the call was dropped meanwhile.
        let _ = self.answer.send(answer);
    }
}

/// The writes that share the next commit.
pub(super) struct Batch {
    queue: mpsc::Receiver<Write>,
    writes: Vec<Write>,
    repeated: Repeated,
}

/// How a try to run a whole batch in one transaction ended.
enum Tried {
    /// Durable: one answer for each write.
    Committed(Vec<Written>),
    /// Nothing was changed. This write cannot be done, the others can be tried again.
    OneFailed(usize, sqlx::Error),
    /// None of them counts as done.
    AllFailed(sqlx::Error),
}

impl Batch {
    pub(super) fn of(queue: mpsc::Receiver<Write>) -> Self {
        Self {
            queue,
            writes: Vec::with_capacity(MOST_WRITES),
            repeated: Repeated::default(),
        }
    }

    /// Waits for the first write. `false` when there will be none any more.
    pub(super) async fn begins(&mut self) -> bool {
        self.queue.recv_many(&mut self.writes, MOST_WRITES).await > 0
    }

    /// Takes what came meanwhile.
    fn top_up(&mut self) {
        while self.writes.len() < MOST_WRITES
            && let Ok(write) = self.queue.try_recv()
        {
            self.writes.push(write);
        }
        self.writes.retain(Write::is_wanted);
    }

    /// Fails all of them, and those that came meanwhile: they would wait for the same again.
    pub(super) fn fail(&mut self, cause: sqlx::Error) {
        self.top_up();
        let cause = Arc::new(cause);
        for write in self.writes.drain(..) {
            write.answer(Err(store_error(Arc::clone(&cause))));
        }
    }

    /// Runs and commits all of them, and answers.
    pub(super) async fn run(&mut self, connection: &mut SqliteConnection) {
        self.top_up();
        // Each round but the last leaves one write out.
        while self.writes.len() > 1 {
            match self.try_together(connection).await {
                Tried::Committed(answers) => {
                    for (write, written) in self.writes.drain(..).zip(answers) {
                        write.answer(Ok(written));
                    }
                }
                Tried::OneFailed(index, cause) => {
                    let write = self.writes.remove(index);
                    write.answer(Err(store_error(cause)));
                }
                Tried::AllFailed(cause) => self.fail(cause),
            }
        }
        // A single statement is a transaction of its own.
        if let Some(write) = self.writes.pop() {
            let answer = write.run(connection).await.map_err(store_error);
            write.answer(answer);
        }
    }

    /// Not a transaction of sqlx: some errors end a transaction of SQLite by themselves, and sqlx
    /// would take it for open ever after.
    async fn try_together(&mut self, connection: &mut SqliteConnection) -> Tried {
        if let Err(cause) = sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut *connection)
            .await
        {
            return Tried::AllFailed(cause);
        }
        // Waiting for the lock may have taken a while.
        self.top_up();
        // Equal statements side by side. Whoever waits at the same time has no claim to an order.
        self.writes.sort_by_key(|write| write.sql.as_ptr());
        let mut answers = Vec::with_capacity(self.writes.len());
        let ran = self.repeated.run(&self.writes, connection, &mut answers);
        if let Err(cause) = ran.await {
            roll_back(connection).await;
            return Tried::OneFailed(answers.len(), cause);
        }
        // After a failed commit it is unknown what reached the disk: it is not tried again.
        if let Err(cause) = sqlx::query("COMMIT").execute(&mut *connection).await {
            roll_back(connection).await;
            return Tried::AllFailed(cause);
        }
        Tried::Committed(answers)
    }
}

/// Fails where the error before it ended the transaction already, and only there.
async fn roll_back(connection: &mut SqliteConnection) {
    let _ = sqlx::query("ROLLBACK").execute(connection).await;
}
