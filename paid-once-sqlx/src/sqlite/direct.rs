use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use paid_once::StoreError;
use rusqlite::{Connection, OpenFlags, Statement};
use tokio::sync::Mutex;

use super::batch::Batch;
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
    let mut statement = connection.prepare_cached(&query.sql)?;
    for (index, value) in (1..).zip(&query.values) {
        statement.raw_bind_parameter::<usize, _>(index, value)?;
    }
    if statement.column_count() == 0 {
        let changed = statement.raw_execute()? > 0;
        return Ok(Written {
            rows: Vec::new(),
            changed,
        });
    }
    let rows = returned(&mut statement)?;
    Ok(Written {
        rows,
        changed: connection.changes() > 0,
    })
}

fn returned(statement: &mut Statement<'_>) -> rusqlite::Result<Vec<WrittenRow>> {
    let names: Arc<[String]> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut rows = Vec::new();
    let mut steps = statement.raw_query();
    while let Some(row) = steps.next()? {
        let values = (0..names.len()).map(|column| row.get(column));
        rows.push(WrittenRow::Direct {
            values: values.collect::<Result<_, _>>()?,
            names: Arc::clone(&names),
        });
    }
    Ok(rows)
}
