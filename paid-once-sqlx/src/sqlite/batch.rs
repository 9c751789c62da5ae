use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use paid_once::StoreError;
use tokio::sync::{mpsc, oneshot};

use super::query::Query;
use super::store_error;
use super::way::{Cause, Way};
use super::written::Written;

/// Writes in one commit, at most: a full batch holds the database's write lock for some
/// milliseconds.
pub(super) const MOST_WRITES: usize = 128;

/// The part of a commit's time for which the next one waits, at most, for those that were answered with it.
const PATIENCE: u32 = 8;

/// However long that took: it may have waited for the lock of another process.
const MOST_PATIENCE: Duration = Duration::from_millis(1);

pub(super) type Answer = Result<Written, StoreError>;

/// One statement that changes something, and who waits for its answer.
pub(super) struct Write {
    pub(super) query: Query,
    pub(super) answer: oneshot::Sender<Answer>,
}

impl Write {
    /// Whoever dropped its call before it began does not want it any more.
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    /// Whether it is the same statement, with other values.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.query.sql, &other.query.sql)
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
    /// How many writes were in the commit before, and how long they took.
    before: (usize, Duration),
}

/// How a try to run a whole batch in one transaction ended.
enum Tried {
    /// Durable: one answer for each write.
    Committed(Vec<Written>),
    /// Nothing was changed. This write cannot be done, the others can be tried again.
    OneFailed(usize, Cause),
    /// None of them counts as done.
    AllFailed(Cause),
}

impl Batch {
    pub(super) fn of(queue: mpsc::Receiver<Write>) -> Self {
        Self {
            queue,
            writes: Vec::with_capacity(MOST_WRITES),
            before: (0, Duration::ZERO),
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

    /// Takes what came meanwhile, and what is about to come: whoever was answered with the commit before is likely to
    /// ask for the next write at once, and a commit takes hardly longer with all of them than with half. A lone writer
    /// waits for nobody.
    fn gather(&mut self) {
        let (many, took) = self.before;
        let patience = (took / PATIENCE).min(MOST_PATIENCE);
        let start = Instant::now();
        self.top_up();
        while self.writes.len() < many && start.elapsed() < patience {
            thread::yield_now();
            self.top_up();
        }
    }

    /// Fails all of them, and those that came meanwhile: they would wait for the same again.
    pub(super) fn fail(&mut self, cause: &Cause) {
        self.top_up();
        for write in self.writes.drain(..) {
            write.answer(Err(store_error(Arc::clone(cause))));
        }
    }

    /// Runs and commits all of them, and answers.
    pub(super) async fn run(&mut self, way: &mut impl Way) {
        self.gather();
        let start = Instant::now();
        self.before.0 = 0;
        // Each round but the last leaves one write out.
        while self.writes.len() > 1 {
            match self.try_together(way).await {
                Tried::Committed(answers) => {
                    self.before = (answers.len(), start.elapsed());
                    for (write, written) in self.writes.drain(..).zip(answers) {
                        write.answer(Ok(written));
                    }
                }
                Tried::OneFailed(index, cause) => {
                    let write = self.writes.remove(index);
                    write.answer(Err(store_error(cause)));
                }
                Tried::AllFailed(cause) => self.fail(&cause),
            }
        }
        // A single statement is a transaction of its own.
        if let Some(write) = self.writes.pop() {
            let answer = way.run(&write.query).await.map_err(store_error);
            write.answer(answer);
        }
    }

    async fn try_together(&mut self, way: &mut impl Way) -> Tried {
        if let Err(cause) = way.command("BEGIN IMMEDIATE").await {
            return Tried::AllFailed(cause);
        }
        // Waiting for the lock may have taken a while.
        self.top_up();
        // Equal statements side by side. Whoever waits at the same time has no claim to an order.
        self.writes.sort_by_key(|write| write.query.sql.as_ptr());
        let mut answers = Vec::with_capacity(self.writes.len());
        if let Err(cause) = way.run_all(&self.writes, &mut answers).await {
            roll_back(way).await;
            return Tried::OneFailed(answers.len(), cause);
        }
        // After a failed commit it is unknown what reached the disk: it is not tried again.
        if let Err(cause) = way.command("COMMIT").await {
            roll_back(way).await;
            return Tried::AllFailed(cause);
        }
        Tried::Committed(answers)
    }
}

/// Fails where the error before it ended the transaction already, and only there.
async fn roll_back(way: &mut impl Way) {
    let _ = way.command("ROLLBACK").await;
}
