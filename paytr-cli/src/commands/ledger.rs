//! The ledger of a shop, by `DATABASE_URL`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::{ExpectedAmount, OrderStore};

use crate::exit::{Exit, Failure};
use crate::output::chain;
use crate::settings::{DATABASE_URL, database_url};

/// One ledger in its three roles.
pub(super) struct Ledger {
    pub(super) store: Arc<dyn OrderStore>,
    pub(super) expected: Arc<dyn ExpectedAmount>,
    pub(super) orders: Arc<dyn BackOfficeLedger>,
}

impl Ledger {
    /// Opens the ledger that a shop keeps. The URL may hold a password, so no error repeats it.
    pub(super) async fn open() -> Result<Self, Failure> {
        let Some(url) = database_url()? else {
            let text = format!(
                "{DATABASE_URL} is missing: set it to the shop's ledger, sqlite:PATH, \
                 postgres://HOST/DATABASE, redis://HOST/NUMBER, redis+sentinel://HOST,HOST/NAME or \
                 redis+cluster://HOST:PORT,HOST:PORT"
            );
            return Err(Failure::new(Exit::Settings, text));
        };
        match url.split_once(':') {
            Some(("sqlite", path)) => {
                // Both sqlite:PATH and the URL spelling sqlite:///PATH are in use.
                let path = path.strip_prefix("//").unwrap_or(path);
                if !Path::new(path).is_file() {
                    // Opening would make one, and a mistyped path would look like a shop without orders.
                    let text = format!("{DATABASE_URL}: there is no file {path}");
                    return Err(Failure::new(Exit::Settings, text));
                }
                let ledger = SqliteLedger::connect(path).await;
                Ok(Self::of(ledger.map_err(|error| unopened(&error))?))
            }
            Some(("postgres" | "postgresql", _)) => {
                let ledger = PostgresLedger::connect(&url).await;
                Ok(Self::of(ledger.map_err(|error| unopened(&error))?))
            }
            Some((
                "redis" | "rediss" | "redis+sentinel" | "rediss+sentinel" | "redis+cluster"
                | "rediss+cluster",
                _,
            )) => {
                let ledger = RedisLedger::connect(&url).await;
                Ok(Self::of(ledger.map_err(|error| unopened(&error))?))
            }
            _ => {
                let text = format!(
                    "{DATABASE_URL} is sqlite:PATH, postgres://HOST/DATABASE, redis://HOST/NUMBER, \
                     redis+sentinel://HOST,HOST/NAME or redis+cluster://HOST:PORT,HOST:PORT"
                );
                Err(Failure::new(Exit::Settings, text))
            }
        }
    }

    fn of<L: BackOfficeLedger>(ledger: L) -> Self {
        let ledger = Arc::new(ledger);
        Self {
            store: ledger.clone(),
            expected: ledger.clone(),
            orders: ledger,
        }
    }
}

/// The ledger did not do its part.
pub(super) fn unavailable(error: &(dyn Error + 'static)) -> Failure {
    Failure::new(Exit::NothingDone, chain(error))
}

fn unopened(error: &(dyn Error + 'static)) -> Failure {
    let text = format!("{DATABASE_URL}: {}", chain(error));
    Failure::new(Exit::Settings, text)
}
