use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use paid_once::StoreError;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OpenFlags};
use tokio::sync::Mutex;

use super::batch::{Batch, Write};
use super::files::Files;
use super::options::{CACHE, LOG_PAGES};
use super::query::Query;
use super::way::{Cause, OnThisThread};
use super::written::{Written, WrittenRow};
use super::{CallError, OpenError, store_error};

/// Statements whose plans are kept. The ledger has fewer that write.
const PLANS: usize = 64;

/// The connection that the writing thread calls itself, where the ledger made the file's pools: a connection of
/// sqlx runs on a thread of its own, and a trip there and back costs more than a claim.
///
/// It writes only while the thread holds the turn, which is the one connection of the writer's pool.
#[derive(Clone)]
pub(super) struct Direct {
    connection: Arc<Mutex<Option<Connection>>>,
    files: Files,
}

impl Direct {
    /// Opens a file that is there, with the settings that all connections of the ledger have.
    pub(super) fn open(path: &Path, busy_timeout: Duration) -> Result<Self, OpenError> {
        let connection = connection(path, busy_timeout);
        let connection = connection.map_err(|cause| OpenError::Database(cause.into()))?;
        // What SQLite made of the path, which may have been a URI.
        let path = connection.path().map_or(path, Path::new);
        let files = Files::of(path).map_err(|cause| OpenError::Database(cause.into()))?;
        Ok(Self {
            connection: Arc::new(Mutex::new(Some(connection))),
            files,
        })
    }

    pub(super) async fn run(&self, batch: &mut Batch) {
        if let Some(connection) = self.connection.lock().await.as_ref() {
            let files = &self.files;
            return batch.run(&mut OnThisThread { connection, files }).await;
        }
        let closed: Cause = Arc::new(CallError::WriterStopped);
        batch.fail(&closed);
    }

    /// Whether what is committed now will be there after a restart.
    pub(super) fn check_files(&self) -> Result<(), StoreError> {
        self.files.check(None).map_err(store_error)
    }

    pub(super) async fn close(&self) {
        *self.connection.lock().await = None;
    }
}

fn connection(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE);
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(PLANS);
    // With the first question it opens the log, which is there from then on.
    connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    Ok(connection)
}

/// Runs one statement to its end. Outside a transaction that includes the commit.
pub(super) fn run(connection: &Connection, query: &Query) -> rusqlite::Result<Written> {
    Prepared::new(connection, query)?.run(&query.values)
}

/// Runs writes one after the other, those alike in one preparation. On an error it has added what the writes before
/// the one that failed did.
pub(super) fn run_all(
    connection: &Connection,
    writes: &[Write],
    answers: &mut Vec<Written>,
) -> rusqlite::Result<()> {
    for alike in writes.chunk_by(Write::is_like) {
        let Some(first) = alike.first() else { continue };
        let mut prepared = Prepared::new(connection, &first.query)?;
        for write in alike {
            answers.push(prepared.run(&write.query.values)?);
        }
    }
    Ok(())
}

/// A statement without its values.
struct Prepared<'c> {
    connection: &'c Connection,
    statement: CachedStatement<'c>,
    /// Of the columns it returns.
    names: Arc<[String]>,
}

impl<'c> Prepared<'c> {
    fn new(connection: &'c Connection, query: &Query) -> rusqlite::Result<Self> {
        let statement = connection.prepare_cached(&query.sql)?;
        let names = statement.column_names().into_iter().map(str::to_owned);
        Ok(Self {
            connection,
            names: names.collect(),
            statement,
        })
    }

    fn run(&mut self, values: &[Value]) -> rusqlite::Result<Written> {
        for (index, value) in (1..).zip(values) {
            self.statement
                .raw_bind_parameter::<usize, _>(index, value)?;
        }
        if self.names.is_empty() {
            let changed = self.statement.raw_execute()? > 0;
            return Ok(Written {
                rows: Vec::new(),
                changed,
            });
        }
        let mut rows = Vec::new();
        let mut steps = self.statement.raw_query();
        while let Some(row) = steps.next()? {
            let values = (0..self.names.len()).map(|column| row.get(column));
            rows.push(WrittenRow::Direct {
                values: values.collect::<Result<_, _>>()?,
                names: Arc::clone(&self.names),
            });
        }
        drop(steps);
        Ok(Written {
            rows,
            changed: self.connection.changes() > 0,
        })
    }
}
