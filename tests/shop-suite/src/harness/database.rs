use std::fmt::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use database_servers::{Redis, shared};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// What the shops of a market keep their orders and receipts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A schema of its own on the server that all tests share.
    Postgres,
    /// A private server that keeps what it answered.
    Redis,
}

/// A database that is there for one market.
pub(crate) struct OpenDatabase {
    pub(crate) url: String,
    /// Stopped with the market.
    _server: Option<Redis>,
}

impl Database {
    pub(super) async fn open(self, directory: &Path) -> Result<OpenDatabase> {
        Ok(match self {
            Self::Sqlite => OpenDatabase {
                url: format!("sqlite:{}", directory.join("shop.db").display()),
                _server: None,
            },
            Self::Postgres => OpenDatabase {
                url: new_schema(&shared::postgres_url()?).await?,
                _server: None,
            },
            Self::Redis => {
                let server = Redis::start()?;
                OpenDatabase {
                    url: server.url(),
                    _server: Some(server),
                }
            }
        })
    }
}

impl OpenDatabase {
    /// A database on a server that the rule itself sees to.
    pub(crate) fn at(url: String) -> Self {
        Self { url, _server: None }
    }
}

/// A name that nobody else has on the shared server.
pub(crate) fn unused_name() -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(format!("shop_{}_{}", std::process::id(), now.as_nanos()))
}

/// Makes a schema in the database at `url`. The answer is a URL whose tables are in it.
async fn new_schema(url: &str) -> Result<String> {
    ensure!(!url.contains('?'), "the URL has a query already");
    let name = unused_name()?;
    let mut server = PgConnection::connect(url).await?;
    let sql = format!("CREATE SCHEMA {name}");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut server)
        .await?;
    server.close().await?;
    let mut url = url.to_owned();
    write!(url, "?options=-c%20search_path%3D{name}")?;
    Ok(url)
}
