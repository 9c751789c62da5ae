//! The ledger, on the database of the configuration.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_core::paid_once::PriceList;
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::{ExpectedAmount, OrderStore};

use crate::config::DatabaseUrl;

/// One ledger in its roles. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) store: Arc<dyn OrderStore>,
    pub(crate) expected: Arc<dyn ExpectedAmount>,
    pub(crate) orders: Arc<dyn BackOfficeLedger>,
    pub(crate) prices: Arc<dyn PriceList>,
}

impl Ledger {
    /// Opens it. The URL may hold a password, so no error repeats it.
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let ledger = SqliteLedger::connect(path).await.with_context(|| {
                    let path = path.display();
                    format!("database: the file {path} cannot be opened")
                })?;
                Ok(Self::of(ledger))
            }
            DatabaseUrl::Postgres(url) => {
                let ledger = PostgresLedger::connect(url.expose()).await;
                Ok(Self::of(
                    ledger.context("database: PostgreSQL cannot be used")?,
                ))
            }
            DatabaseUrl::Redis(url) => {
                let ledger = RedisLedger::connect(url.expose()).await;
                Ok(Self::of(ledger.context("database: Redis cannot be used")?))
            }
        }
    }

    fn of<L: BackOfficeLedger + PriceList>(ledger: L) -> Self {
        let ledger = Arc::new(ledger);
        Self {
            store: ledger.clone(),
            expected: ledger.clone(),
            prices: ledger.clone(),
            orders: ledger,
        }
    }
}
