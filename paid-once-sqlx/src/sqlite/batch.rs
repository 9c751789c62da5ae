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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test panics")]

    use rusqlite::Connection;

    use super::super::direct;
    use super::super::query::{Query, query};
    use super::*;
    use crate::value::Columns as _;

    /// A table, and what happens to the queue while the first writes of a commit run.
    struct Scene<F> {
        connection: Connection,
        commits: usize,
        meanwhile: Option<F>,
    }

    impl<F: FnOnce()> Scene<F> {
        fn new(meanwhile: F) -> Self {
            let connection = Connection::open_in_memory().unwrap();
            let table = "CREATE TABLE numbers (number INTEGER UNIQUE)";
            connection.execute_batch(table).unwrap();
            Self {
                connection,
                commits: 0,
                meanwhile: Some(meanwhile),
            }
        }

        fn numbers(&self) -> Vec<i64> {
            let sql = "SELECT number FROM numbers ORDER BY number";
            let mut numbers = self.connection.prepare(sql).unwrap();
            let numbers = numbers.query_map((), |row| row.get(0)).unwrap();
            numbers.collect::<Result<_, _>>().unwrap()
        }
    }

    impl<F: FnOnce()> Way for Scene<F> {
        fn is_near(&self) -> bool {
            true
        }

        async fn command(&mut self, sql: &'static str) -> Result<(), Cause> {
            self.connection.execute_batch(sql).unwrap();
            self.commits += usize::from(sql == "COMMIT");
            Ok(())
        }

        async fn run(&mut self, query: &Query) -> Result<Written, Cause> {
            let ran = direct::run(&self.connection, query);
            ran.map_err(|error| Arc::new(error) as Cause)
        }

        async fn run_all(
            &mut self,
            writes: &[Write],
            answers: &mut Vec<Written>,
        ) -> Result<(), Cause> {
            let ran = direct::run_all(&self.connection, writes, answers);
            if let Some(meanwhile) = self.meanwhile.take() {
                meanwhile();
            }
            ran.map_err(|error| Arc::new(error) as Cause)
        }
    }

    /// Queues numbers, and gives the places where their answers come.
    fn insert(
        queue: &mpsc::Sender<Write>,
        sql: &Arc<str>,
        numbers: &[i64],
    ) -> Vec<oneshot::Receiver<Answer>> {
        let write = |number: &i64| {
            let (answer, answered) = oneshot::channel();
            let query = query(sql).bind(*number);
            assert!(queue.try_send(Write { query, answer }).is_ok());
            answered
        };
        numbers.iter().map(write).collect()
    }

    /// The number that a write inserted, by its answer.
    async fn inserted(answered: oneshot::Receiver<Answer>) -> Result<i64, StoreError> {
        let written = answered.await.unwrap()?;
        Ok(written.rows[0].integer("number")?.unwrap())
    }

    /// A batch that expects four writes, however long that takes.
    fn expecting_four(writes: mpsc::Receiver<Write>) -> Batch {
        let expected = Expected {
            writes: 4,
            patience: Duration::from_mins(1),
        };
        Batch {
            expected,
            ..Batch::of(writes)
        }
    }

    /// Two statements, of which those of the second are run first.
    fn statements() -> [Arc<str>; 2] {
        let insert = |end| format!("INSERT INTO numbers VALUES (?) RETURNING number{end}");
        let mut both: [Arc<str>; 2] = ["", " "].map(|end| insert(end).into());
        both.sort_by_key(|sql| std::cmp::Reverse(sql.as_ptr()));
        both
    }

    #[tokio::test]
    async fn a_commit_takes_what_comes_while_it_runs_and_answers_each_with_its_own() {
        let (queue, writes) = mpsc::channel(8);
        let [one, other] = statements();
        let mut first = insert(&queue, &one, &[1, 2]);
        let mut later = None;
        let mut scene = Scene::new(|| {
            // Its caller goes away when the write has run: it is committed, and nobody else gets its answer.
            drop(first.remove(0));
            // These two come at any time.
            later = Some(thread::spawn(move || {
                let mut later = insert(&queue, &one, &[3]);
                later.extend(insert(&queue, &other, &[4]));
                later
            }));
        });
        let mut batch = expecting_four(writes);
        assert!(batch.begins().await);
        batch.run(&mut scene).await;

        assert_eq!((scene.commits, scene.numbers()), (1, vec![1, 2, 3, 4]));
        drop(scene);
        let later = later.unwrap().join().unwrap();
        for (answered, number) in first.into_iter().chain(later).zip(2..) {
            assert_eq!(inserted(answered).await.unwrap(), number);
        }
    }

    #[tokio::test]
    async fn a_write_that_comes_later_and_fails_fails_alone() {
        let (queue, writes) = mpsc::channel(8);
        let [one, other] = statements();
        let first = insert(&queue, &one, &[1, 2]);
        let mut later = Vec::new();
        let mut scene = Scene::new(|| {
            later.extend(insert(&queue, &one, &[3]));
            later.extend(insert(&queue, &other, &[2]));
        });
        let mut batch = expecting_four(writes);
        assert!(batch.begins().await);
        batch.run(&mut scene).await;

        assert_eq!((scene.commits, scene.numbers()), (1, vec![1, 2, 3]));
        drop(scene);
        let refused = later.pop().unwrap();
        for (answered, number) in first.into_iter().chain(later).zip(1..) {
            assert_eq!(inserted(answered).await.unwrap(), number);
        }
        assert!(inserted(refused).await.is_err(), "there is a 2 already");
    }
}
