use std::mem;
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
    expected: Expected,
}

/// Who is likely to come before the next commit, by the one before: as many, within this time. After a lone write
/// nobody is.
#[derive(Clone, Copy, Default)]
struct Expected {
    writes: usize,
    patience: Duration,
}

impl Expected {
    fn after(writes: usize, took: Duration) -> Self {
        let patience = (took / PATIENCE).min(MOST_PATIENCE);
        Self { writes, patience }
    }
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
            expected: Expected::default(),
        }
    }

    /// Waits for the first write. `false` when there will be none any more.
    pub(super) async fn begins(&mut self) -> bool {
        self.queue.recv_many(&mut self.writes, MOST_WRITES).await > 0
    }

    /// Takes what came meanwhile. The first so many have run already and stay, whoever still waits for them.
    fn top_up(&mut self, ran: usize) {
        while self.writes.len() < MOST_WRITES
            && let Ok(write) = self.queue.try_recv()
        {
            self.writes.push(write);
        }
        let mut place = 0;
        self.writes.retain(|write| {
            place += 1;
            place <= ran || write.is_wanted()
        });
    }

    /// Whether there is more to run in this commit than the writes that ran. Whoever was answered with the commit before
    /// is likely to ask for the next write at once, and a commit takes hardly longer with all of them than with half.
    fn goes_on(&mut self, ran: usize, begun: Instant, expected: Expected) -> bool {
        loop {
            self.top_up(ran);
            if self.writes.len() > ran {
                return true;
            }
            if ran >= expected.writes || begun.elapsed() >= expected.patience {
                return false;
            }
            thread::yield_now();
        }
    }

    /// Fails all of them, and those that came meanwhile: they would wait for the same again.
    pub(super) fn fail(&mut self, cause: &Cause) {
        self.top_up(0);
        for write in self.writes.drain(..) {
            write.answer(Err(store_error(Arc::clone(cause))));
        }
    }

    /// Runs and commits all of them, and answers.
    pub(super) async fn run(&mut self, way: &mut impl Way) {
        let start = Instant::now();
        let mut expected = mem::take(&mut self.expected);
        self.top_up(0);
        if !way.is_near() {
            while self.goes_on(self.writes.len(), start, expected) {}
            expected = Expected::default();
        }
        // Each round but the last leaves one write out. A single statement is a transaction of its own, if nobody is
        // to join it.
        while self.writes.len() > 1 || (expected.writes > 1 && !self.writes.is_empty()) {
            match self.try_together(way, expected).await {
                Tried::Committed(answers) => {
                    self.expected = Expected::after(answers.len(), start.elapsed());
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
            expected = Expected::default();
        }
        if let Some(write) = self.writes.pop() {
            let answer = way.run(&write.query).await.map_err(store_error);
            write.answer(answer);
        }
    }

    /// Runs what is there in one transaction, and what comes meanwhile.
    async fn try_together(&mut self, way: &mut impl Way, expected: Expected) -> Tried {
        if let Err(cause) = way.command("BEGIN IMMEDIATE").await {
            return Tried::AllFailed(cause);
        }
        let begun = Instant::now();
        let mut answers = Vec::with_capacity(self.writes.len());
        while self.goes_on(answers.len(), begun, expected) {
            let (_, new) = self.writes.split_at_mut(answers.len());
            // Equal statements side by side. Whoever waits at the same time has no claim to an order.
            new.sort_by_key(|write| write.query.sql.as_ptr());
            if let Err(cause) = way.run_all(new, &mut answers).await {
                roll_back(way).await;
                return Tried::OneFailed(answers.len(), cause);
            }
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
