//! `SqliteLedger` keeps every rule of the conformance kit, in a file, through a pool of the shop, and in memory.

use std::sync::Arc;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, OrderLedger as _, Review, ReviewFilter, async_trait};
use paid_once_sqlx::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use paid_once_sqlx::{SqliteLedger, TablePrefix};
use tempfile::TempDir;

/// A file; every node has its own pool. No node's clock is ever read, so a wrong one is the same.
struct InFile {
    directory: TempDir,
    ledger: SqliteLedger,
}

impl InFile {
    async fn opened(directory: TempDir) -> Result<Self, BoxError> {
        let ledger = SqliteLedger::connect(directory.path().join("orders.db")).await?;
        Ok(Self { directory, ledger })
    }
}

#[async_trait]
impl Subject for InFile {
    type Store = SqliteLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::opened(tempfile::tempdir()?).await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<SqliteLedger>, BoxError> {
        let path = self.directory.path().join("orders.db");
        Ok(Arc::new(SqliteLedger::connect(path).await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.ledger.close().await;
        Self::opened(self.directory).await
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

/// A file and a pool that the shop made; every node has its own.
struct InAShopsPool {
    directory: TempDir,
    ledger: SqliteLedger,
}

impl InAShopsPool {
    async fn ledger_in(directory: &TempDir) -> Result<SqliteLedger, BoxError> {
        let file = SqliteConnectOptions::new()
            .filename(directory.path().join("orders.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(file);
        Ok(SqliteLedger::from_pool(pool.await?, &TablePrefix::default()).await?)
    }
}

#[async_trait]
impl Subject for InAShopsPool {
    type Store = SqliteLedger;

    async fn fresh() -> Result<Self, BoxError> {
        let directory = tempfile::tempdir()?;
        let ledger = Self::ledger_in(&directory).await?;
        Ok(Self { directory, ledger })
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<SqliteLedger>, BoxError> {
        Ok(Arc::new(Self::ledger_in(&self.directory).await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.ledger.close().await;
        let ledger = Self::ledger_in(&self.directory).await?;
        Ok(Self { ledger, ..self })
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

/// Memory; every node is a clone, because there is one connection.
struct InMemory(SqliteLedger);

#[async_trait]
impl Subject for InMemory {
    type Store = SqliteLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self(SqliteLedger::in_memory().await?))
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<SqliteLedger>, BoxError> {
        Ok(Arc::new(self.0.clone()))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Ok(self)
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.0.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store_in_a_file {
    paid_once::order_store_tests!(super::InFile);
}

mod ledger_in_a_file {
    paid_once::order_ledger_tests!(super::InFile);
}

mod back_office_in_a_file {
    paid_once::back_office_tests!(super::InFile);
}

mod store_in_a_shops_pool {
    paid_once::order_store_tests!(super::InAShopsPool);
}

mod ledger_in_a_shops_pool {
    paid_once::order_ledger_tests!(super::InAShopsPool);
}

mod back_office_in_a_shops_pool {
    paid_once::back_office_tests!(super::InAShopsPool);
}

mod store_in_memory {
    paid_once::order_store_tests!(super::InMemory);
}

mod ledger_in_memory {
    paid_once::order_ledger_tests!(super::InMemory);
}

mod back_office_in_memory {
    paid_once::back_office_tests!(super::InMemory);
}
