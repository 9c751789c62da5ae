use std::error::Error;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use rusqlite::Connection;
use sqlx::Executor as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::Write;
use super::direct;
use super::files::Files;
use super::query::Query;
use super::repeated::Repeated;
use super::written::Written;

/// Why a statement failed, for each caller that it concerns.
pub(super) type Cause = Arc<dyn Error + Send + Sync>;

/// A way to run statements on SQLite.
///
/// Transactions are plain statements: some errors end a transaction of SQLite by themselves, and a library that
/// counts transactions would take it for open ever after.
pub(super) trait Way {
    /// Whether a statement goes there and back in no time: writes are run as they come then, and otherwise as many in one
    /// trip as there are.
    fn is_near(&self) -> bool;

    /// A statement without values or answer.
    async fn command(&mut self, sql: &'static str) -> Result<(), Cause>;

    /// Runs one statement to its end.
    async fn run(&mut self, query: &Query) -> Result<Written, Cause>;

    /// Runs all writes, and adds what each did. On an error it has added those of the writes before the one that
    /// failed.
    async fn run_all(&mut self, writes: &[Write], answers: &mut Vec<Written>) -> Result<(), Cause>;
}

/// On the thread that asks.
pub(super) struct OnThisThread<'a> {
    pub(super) connection: &'a Connection,
    pub(super) files: &'a Files,
}

impl OnThisThread<'_> {
    /// A commit to a file that is gone is none.
    fn check_files(&self) -> Result<(), Cause> {
        self.files.check(Some(self.connection)).map_err(cause)
    }
}

impl Way for OnThisThread<'_> {
    fn is_near(&self) -> bool {
        true
    }

    async fn command(&mut self, sql: &'static str) -> Result<(), Cause> {
        self.connection.execute_batch(sql).map_err(cause)?;
        if self.connection.is_autocommit() {
            self.check_files()?;
        }
        Ok(())
    }

    async fn run(&mut self, query: &Query) -> Result<Written, Cause> {
        let written = direct::run(self.connection, query).map_err(cause)?;
        self.check_files()?;
        Ok(written)
    }

    async fn run_all(&mut self, writes: &[Write], answers: &mut Vec<Written>) -> Result<(), Cause> {
        direct::run_all(self.connection, writes, answers).map_err(cause)
    }
}

/// On the thread that sqlx runs a connection on, from a pool of the shop or in memory.
pub(super) struct ThroughSqlx<'a> {
    pub(super) connection: &'a mut SqliteConnection,
    pub(super) repeated: &'a mut Repeated,
}

impl Way for ThroughSqlx<'_> {
    fn is_near(&self) -> bool {
        false
    }

    async fn command(&mut self, sql: &'static str) -> Result<(), Cause> {
        let done = sqlx::query(sql).execute(&mut *self.connection).await;
        done.map(drop).map_err(cause)
    }

    /// `fetch_optional` would stop at the first row, and leave the commit to itself.
    async fn run(&mut self, query: &Query) -> Result<Written, Cause> {
        let mut steps = self.connection.fetch_many(query.sqlx());
        let mut written = Written::default();
        while let Some(step) = steps.try_next().await.map_err(cause)? {
            written.take(step);
        }
        Ok(written)
    }

    async fn run_all(&mut self, writes: &[Write], answers: &mut Vec<Written>) -> Result<(), Cause> {
        let ran = self.repeated.run(writes, self.connection, answers);
        ran.await.map_err(cause)
    }
}

fn cause(error: impl Error + Send + Sync + 'static) -> Cause {
    Arc::new(error)
}
