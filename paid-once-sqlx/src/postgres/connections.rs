//! How the ledger's own statements reach the server, which errors mean what for a connection, and how the columns of the
//! answer are read.
//!
//! A pool of sqlx asks the server once more each time a connection comes back to it, and once more
//! before it is used if one likes; both would double the round trips of a claim. Here a connection
//! that was busy a moment ago is used as it is.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, WeakPool,
};
use futures_util::TryStreamExt as _;
use paid_once::StoreError;
use sqlx::postgres::{PgConnection, PgRow, Postgres};
use sqlx::{AssertSqlSafe, Connection as _, Either, Error, Executor as _, Row as _};
use tokio::time::timeout;

use super::Statement;
use super::hosts::Hosts;
use crate::OpenError;
use crate::value::Columns;

/// A connection that lay idle for longer is asked whether it still lives before it is used.
pub(super) const IDLE: Duration = Duration::from_secs(1);

/// After this a connection is not used again, so that a new address of the server is noticed.
pub(super) const LIFETIME: Duration = Duration::from_mins(30);

/// After this a server that says nothing is taken for lost. Longer than any statement timeout that
/// makes sense here: the server's own answer is better.
const SILENCE: Duration = Duration::from_secs(30);

/// For how long a connection of ours is one and the same connection of the server.
#[derive(Debug, Clone)]
pub(super) enum Tenure {
    /// As long as it is open.
    Session,
    /// For each transaction anew: a pooler stands in between. What is set for a session, or prepared under a name,
    /// may then meet another session.
    Transaction {
        /// Milliseconds.
        statement_timeout: i64,
    },
}

impl Tenure {
    /// The statement that begins a transaction with what the ledger needs: under a stricter isolation level the
    /// server would refuse what only looks like a conflict.
    pub(super) fn begin(&self) -> String {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        match self {
            Self::Session => begin.to_owned(),
            Self::Transaction { statement_timeout } => {
                format!("{begin}; SET LOCAL statement_timeout = {statement_timeout}")
            }
        }
    }

    /// The statement, prepared for as long as the connection is ours.
    pub(super) fn prepared(&self, statement: Statement) -> Statement {
        statement.persistent(matches!(self, Self::Session))
    }
}

/// The ledger's own connections.
#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool<Hosts>,
    tenure: Tenure,
}

impl Connections {
    pub(super) fn new(
        hosts: Hosts,
        tenure: Tenure,
        most: u32,
        acquire_timeout: Duration,
    ) -> Result<Self, OpenError> {
        let hosts = match tenure {
            // Every statement is a transaction of its own.
            Tenure::Session => hosts.map(|options| {
                options.options([
                    ("default_transaction_isolation", "read committed"),
                    ("jit", "off"),
                ])
            }),
            Tenure::Transaction { .. } => hosts,
        };
        let pool = Pool::builder(hosts)
            .max_size(usize::try_from(most).unwrap_or(usize::MAX))
            .wait_timeout(Some(acquire_timeout))
            .create_timeout(Some(acquire_timeout))
            .recycle_timeout(Some(acquire_timeout))
            .runtime(deadpool::Runtime::Tokio1)
            .build();
        let pool = pool.map_err(|cause| OpenError::Server(cause.into()))?;
        Ok(Self { pool, tenure })
    }

    pub(super) fn pool(&self) -> WeakPool<Hosts> {
        self.pool.weak()
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    /// Sends a statement that does no harm when it is executed twice, and once more on a new
    /// connection if the first was lost. Nobody knows whether a statement whose connection broke was
    /// executed.
    pub(super) async fn repeatable(
        &self,
        statement: impl Fn() -> Statement,
    ) -> Result<Vec<PgRow>, StoreError> {
        self.up_to_twice(statement).await.map(|answer| answer.rows)
    }

    /// The same, for a statement that returns nothing: whether it changed a row.
    pub(super) async fn changes(
        &self,
        statement: impl Fn() -> Statement,
    ) -> Result<bool, StoreError> {
        let answer = self.up_to_twice(statement).await;
        answer.map(|answer| answer.changed)
    }

    /// Sends a statement of several callers, once: what concerns only one of them, or may pass, each of
    /// them tries alone.
    pub(super) async fn together(&self, statement: Statement) -> Result<Vec<PgRow>, Together> {
        let cause = match self.send(statement).await {
            Ok(answer) => return Ok(answer.rows),
            Err(cause) => cause,
        };
        match cause {
            PoolError::Backend(cause) if !is_silence(&cause) => {
                tracing::debug!(%cause, "the statement is sent once more, in parts");
                self.forget_idle_if_lost(&cause);
                Err(Together::AskAlone)
            }
            cause => Err(Together::Failed(Arc::new(cause))),
        }
    }

    /// Sends a statement once, whatever comes of it.
    pub(super) async fn once(&self, statement: Statement) -> Result<Vec<PgRow>, StoreError> {
        let answer = self.send(statement).await.map_err(StoreError::new)?;
        Ok(answer.rows)
    }

    async fn up_to_twice(&self, statement: impl Fn() -> Statement) -> Result<Answer, StoreError> {
        let cause = match self.send(statement()).await {
            Err(PoolError::Backend(cause)) if may_pass(&cause) => cause,
            answer => return answer.map_err(StoreError::new),
        };
        tracing::debug!(%cause, "the statement is sent once more");
        self.forget_idle_if_lost(&cause);
        self.send(statement()).await.map_err(StoreError::new)
    }

    /// What lies idle was lost together with a connection, or is quickly made again.
    fn forget_idle_if_lost(&self, cause: &Error) {
        if is_lost(cause) {
            self.pool.retain(|_, _| false);
        }
    }

    async fn send(&self, statement: Statement) -> Result<Answer, PoolError<Error>> {
        let mut connection = InUse(Some(self.pool.get().await?));
        let answer = connection.run(statement, &self.tenure).await;
        if answer.as_ref().is_err_and(asks_for_a_session) {
            tracing::error!(
                "a pooler in front of PostgreSQL gives each transaction another session: open the ledger with \
                 transaction_pooling, or with pgbouncer=true in the URL"
            );
        }
        answer.map_err(PoolError::Backend)
    }
}

/// Why a statement of several callers has no answer.
pub(super) enum Together {
    /// Each of them may have one alone.
    AskAlone,
    /// None of them has one.
    Failed(Arc<PoolError<Error>>),
}

/// What a statement returned, and whether it changed or inserted a row.
#[derive(Default)]
struct Answer {
    rows: Vec<PgRow>,
    changed: bool,
}

impl Answer {
    async fn of(
        statement: Statement,
        connection: &mut PgConnection,
        tenure: &Tenure,
    ) -> sqlx::Result<Self> {
        let statement = tenure.prepared(statement);
        if let Tenure::Session = tenure {
            return Self::read(statement, connection).await;
        }
        // A transaction, so that the server which parses the statement is the one that executes it.
        let begin = AssertSqlSafe(format!("{}; SET LOCAL jit = off", tenure.begin()));
        let mut transaction = connection.begin_with(begin).await?;
        let answer = Self::read(statement, &mut transaction).await?;
        transaction.commit().await?;
        Ok(answer)
    }

    async fn read(statement: Statement, connection: &mut PgConnection) -> sqlx::Result<Self> {
        let mut answer = Self::default();
        let mut steps = connection.fetch_many(statement);
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Right(row) => answer.rows.push(row),
                Either::Left(end) => answer.changed = end.rows_affected() > 0,
            }
        }
        drop(steps);
        Ok(answer)
    }
}

impl Manager for Hosts {
    type Type = PgConnection;
    type Error = Error;

    async fn create(&self) -> Result<PgConnection, Error> {
        self.connect().await
    }

    async fn recycle(
        &self,
        connection: &mut PgConnection,
        metrics: &Metrics,
    ) -> RecycleResult<Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("too old"));
        }
        if metrics.last_used() > IDLE {
            connection.ping().await?;
        }
        Ok(())
    }
}

/// A connection with a statement under way. Dropped in the middle of it, the connection is closed:
/// nobody would read the rest of the answer.
struct InUse(Option<Object<Hosts>>);

impl InUse {
    async fn run(&mut self, statement: Statement, tenure: &Tenure) -> sqlx::Result<Answer> {
        let Some(connection) = &mut self.0 else {
            return Err(Error::PoolClosed);
        };
        let answer = timeout(SILENCE, Answer::of(statement, connection, tenure)).await;
        let answer = answer.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())));
        if !answer.as_ref().is_err_and(is_lost) {
            // Back to the pool.
            drop(self.0.take());
        }
        answer
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// Whether the connection is of no more use.
pub(super) fn is_lost(cause: &Error) -> bool {
    match cause {
        Error::Io(_) | Error::Protocol(_) | Error::Tls(_) => true,
        // Connection exceptions; the server's shutdown, crash and start; a server that became a
        // read-only standby since.
        Error::Database(cause) => cause.code().is_some_and(|code| {
            code.starts_with("08") || ["57P01", "57P02", "57P03", "25006"].contains(&code.as_ref())
        }),
        _ => false,
    }
}

/// Whether a pooler refused a setting for a session, or a prepared statement was not in the session, or there before:
/// what happens behind a pooler that gives each transaction another one.
pub(super) fn asks_for_a_session(cause: &Error) -> bool {
    let Error::Database(cause) = cause else {
        return false;
    };
    match cause.code().as_deref() {
        // Duplicate prepared statement; no such prepared statement.
        Some("42P05" | "26000") => true,
        Some("08P01") => cause.message().contains("startup parameter"),
        _ => false,
    }
}

/// Whether the server said nothing for as long as it is waited for.
fn is_silence(cause: &Error) -> bool {
    matches!(cause, Error::Io(cause) if cause.kind() == io::ErrorKind::TimedOut)
}

/// Whether the same statement may succeed if it is sent again at once.
fn may_pass(cause: &Error) -> bool {
    match cause {
        // A second silence would take as long as the first.
        cause if is_silence(cause) => false,
        // What an isolation level above READ COMMITTED refuses, and deadlocks.
        Error::Database(refused)
            if refused
                .code()
                .is_some_and(|code| ["40001", "40P01"].contains(&code.as_ref())) =>
        {
            true
        }
        cause => is_lost(cause),
    }
}

impl Columns for PgRow {
    fn integer(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        column(self, name)
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, StoreError> {
        column(self, name)
    }

    fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        column(self, name)
    }
}

/// A column that this version wrote.
pub(super) fn column<'r, T>(row: &'r PgRow, name: &'static str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
{
    row.try_get(name).map_err(StoreError::new)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test panics")]

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// As a pooler in session mode whose server connections are all taken: it answers the greeting, and then
    /// nothing.
    async fn busy_pooler() -> Hosts {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 1024]).await.unwrap();
                // AuthenticationOk, ReadyForQuery.
                let greeting = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
                stream.write_all(greeting).await.unwrap();
                waiting.push(stream);
            }
        });
        let url = format!("postgres://shop@127.0.0.1:{port}/shop?sslmode=disable");
        Hosts::new(vec![url.parse().unwrap()], SILENCE)
    }

    #[tokio::test]
    async fn behind_a_pooler_without_a_free_connection_a_statement_is_an_error_in_time() {
        let limit = Duration::from_millis(200);
        let connections = Connections::new(busy_pooler().await, Tenure::Session, 1, limit).unwrap();
        let select = super::super::query(&"SELECT 1".into());
        // Far less than what a silent server is given.
        let answer = timeout(SILENCE / 3, connections.once(select)).await;
        answer.expect("the acquire timeout holds").unwrap_err();
    }
}
