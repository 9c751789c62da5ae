//! What `DATABASE_URL` may say, and the ledger and the receipts that it names.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::{ExpectedAmount, MemoryStore, OrderStore};
use url::Url;

use crate::receipts::{MemoryReceipts, PostgresReceipts, Receipts, RedisReceipts, SqliteReceipts};

/// Where orders and receipts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// In memory: gone when the shop stops.
    Memory,
    /// In an SQLite file.
    Sqlite(PathBuf),
    /// In a PostgreSQL database, which other shop processes may share.
    Postgres(ServerUrl),
    /// In a Redis, with sentinels or as a cluster too, which other shop processes may share.
    Redis(ServerUrl),
}

/// The URL of a database server, or of a primary and its standbys: their hosts stand in it with commas between
/// them. It may hold a password, so neither `Debug` nor `Display` shows more than the scheme, the hosts with
/// their ports and the path.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    whole: String,
    shown: String,
}

impl ServerUrl {
    /// The whole URL, for whoever connects.
    #[must_use]
    pub fn with_password(&self) -> &str {
        &self.whole
    }
}

impl FromStr for ServerUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").context("it names no host")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let hosts = authority
            .rsplit_once('@')
            .map_or(authority, |(_, hosts)| hosts);
        let user = authority.strip_suffix(hosts).unwrap_or_default();
        let mut shown = Vec::new();
        for host in hosts.split(',') {
            // The error of the parser does not repeat the text.
            let mut url = Url::parse(&format!("{scheme}://{user}{host}{path}"))?;
            ensure!(url.has_host(), "it names no host");
            // They cannot fail: the URL has a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            url.set_fragment(None);
            shown.push(url);
        }
        let each = shown.iter().map(Url::authority);
        let hosts = each.collect::<Vec<_>>().join(",");
        let path = shown.first().map_or("", Url::path);
        Ok(Self {
            whole: text.to_owned(),
            shown: format!("{scheme}://{hosts}{path}"),
        })
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}

pub(crate) fn database_url(text: &str) -> Result<DatabaseUrl> {
    if text == "memory:" {
        return Ok(DatabaseUrl::Memory);
    }
    match text.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => {
            // Both sqlite:PATH and the URL spelling sqlite:///PATH are in use.
            let path = path.strip_prefix("//").unwrap_or(path);
            Ok(DatabaseUrl::Sqlite(path.into()))
        }
        Some(("postgres" | "postgresql", _)) => {
            let url = text.parse().context("DATABASE_URL is no URL")?;
            Ok(DatabaseUrl::Postgres(url))
        }
        Some((scheme, _)) if is_redis(scheme) => {
            let url = text.parse().context("DATABASE_URL is no URL")?;
            Ok(DatabaseUrl::Redis(url))
        }
        _ => bail!(
            "DATABASE_URL is memory:, sqlite:PATH, postgres://HOST/DATABASE, redis://HOST/NUMBER, \
             redis+sentinel://HOST,HOST/NAME or redis+cluster://HOST:PORT,HOST:PORT"
        ),
    }
}

/// One server, its sentinels or a cluster, with TLS or without.
fn is_redis(scheme: &str) -> bool {
    let kind = scheme.strip_prefix("rediss");
    let kind = kind.or_else(|| scheme.strip_prefix("redis"));
    matches!(kind, Some("" | "+sentinel" | "+cluster"))
}

/// One database, in its three roles and with the receipts in it.
pub(crate) struct Database {
    pub(crate) store: Arc<dyn OrderStore>,
    pub(crate) expected: Arc<dyn ExpectedAmount>,
    pub(crate) ledger: Arc<dyn BackOfficeLedger>,
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

    fn new<L: BackOfficeLedger>(ledger: Arc<L>, receipts: Arc<dyn Receipts>) -> Self {
        Self {
            store: ledger.clone(),
            expected: ledger.clone(),
            ledger,
            receipts,
        }
    }
}
