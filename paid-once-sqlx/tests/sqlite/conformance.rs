//! `SqliteLedger` keeps every rule of the conformance kit, in a file and in memory.

use std::sync::Arc;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, OrderLedger as _, Review, ReviewFilter, async_trait};
use paid_once_sqlx::SqliteLedger;
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

mod store_in_memory {
    paid_once::order_store_tests!(super::InMemory);
}

mod ledger_in_memory {
    paid_once::order_ledger_tests!(super::InMemory);
}

mod back_office_in_memory {
    paid_once::back_office_tests!(super::InMemory);
}
