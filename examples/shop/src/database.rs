//! Opens the ledger and the receipts that `DATABASE_URL` names.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_core::{ExpectedAmount, MemoryStore, OrderLedger, OrderStore};

use crate::DatabaseUrl;
use crate::receipts::{MemoryReceipts, PostgresReceipts, Receipts, RedisReceipts, SqliteReceipts};

/// One database, in its three roles and with the receipts in it.
pub(crate) struct Database {
    pub(crate) store: Arc<dyn OrderStore>,
    pub(crate) expected: Arc<dyn ExpectedAmount>,
    pub(crate) ledger: Arc<dyn OrderLedger>,
    pub(crate) receipts: Arc<dyn Receipts>,
}

impl Database {
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self> {
        match url {
            DatabaseUrl::Memory => {
                let ledger = Arc::new(MemoryStore::new());
                Ok(Self::new(ledger, Arc::new(MemoryReceipts::default())))
            }
            DatabaseUrl::Sqlite(path) => {
                let ledger = SqliteLedger::connect(path).await.with_context(|| {
                    let path = path.display();
                    format!("cannot open the database {path}: set DATABASE_URL to another")
                })?;
                let receipts = SqliteReceipts::open(ledger.clone())
                    .await
                    .map_err(anyhow::Error::from_boxed)?;
                Ok(Self::new(Arc::new(ledger), Arc::new(receipts)))
            }
            DatabaseUrl::Postgres(url) => {
                let ledger = PostgresLedger::connect(url.with_password())
                    .await
                    .with_context(|| {
                        format!("cannot open the database {url}: set DATABASE_URL to another")
                    })?;
                let receipts = PostgresReceipts::open(ledger.clone())
                    .await
                    .map_err(anyhow::Error::from_boxed)?;
                Ok(Self::new(Arc::new(ledger), Arc::new(receipts)))
            }
            DatabaseUrl::Redis(url) => {
                let ledger = RedisLedger::connect(url.with_password())
                    .await
                    .with_context(|| {
                        format!("cannot use the Redis {url}: set DATABASE_URL to another")
                    })?;
                let receipts = RedisReceipts::new(ledger.clone());
                Ok(Self::new(Arc::new(ledger), Arc::new(receipts)))
            }
        }
    }

    fn new<L: OrderLedger>(ledger: Arc<L>, receipts: Arc<dyn Receipts>) -> Self {
        Self {
            store: ledger.clone(),
            expected: ledger.clone(),
            ledger,
            receipts,
        }
    }
}
