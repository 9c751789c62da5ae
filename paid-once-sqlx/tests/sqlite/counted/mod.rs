//! A ledger in a file whose commits SQLite itself counts.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use paid_once_sqlx::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use paid_once_sqlx::{SqliteLedger, TablePrefix};
use tempfile::TempDir;

pub(crate) struct Counted {
    pub(crate) ledger: SqliteLedger,
    commits: Arc<AtomicUsize>,
    refuse: Arc<AtomicBool>,
    _directory: TempDir,
}

impl Counted {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let commits = Arc::new(AtomicUsize::new(0));
        let refuse = Arc::new(AtomicBool::new(false));
        let options = SqliteConnectOptions::new()
            .filename(directory.path().join("orders.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let hook = (commits.clone(), refuse.clone());
        let pool: SqlitePool = SqlitePoolOptions::new()
            .max_connections(1)
            .after_connect(move |connection, _| {
                let (commits, refuse) = hook.clone();
                Box::pin(async move {
                    // Called for each transaction that changed something; `false` makes the commit fail.
                    connection.lock_handle().await?.set_commit_hook(move || {
                        commits.fetch_add(1, Ordering::SeqCst);
                        !refuse.load(Ordering::SeqCst)
                    });
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .unwrap();
        let ledger = SqliteLedger::from_pool(pool, &TablePrefix::default())
            .await
            .unwrap();
        Self {
            ledger,
            commits,
            refuse,
            _directory: directory,
        }
    }

    /// Commits so far, those that failed too.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    /// Makes every commit fail from now on.
    pub(crate) fn refuse_commits(&self) {
        self.refuse.store(true, Ordering::SeqCst);
    }

    pub(crate) fn allow_commits(&self) {
        self.refuse.store(false, Ordering::SeqCst);
    }
}
