use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use tokio::time::timeout;

use super::connections::{IDLE, connect};
use super::migrate::{self, server};
use super::{PostgresLedger, SchemaName, Tables};
use crate::{OpenError, TablePrefix};

/// How a [`PostgresLedger`] is opened.
#[derive(Debug, Clone)]
#[must_use = "options do nothing until the ledger is opened"]
pub struct PostgresLedgerOptions {
    tables: Tables,
    max_connections: u32,
    acquire_timeout: Duration,
    idle_timeout: Duration,
    statement_timeout: Duration,
}

impl PostgresLedgerOptions {
    pub(super) fn new() -> Self {
        Self {
            tables: Tables::default(),
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(10),
        }
    }

    /// What the names of the tables start with. Default `paid_once_`.
    pub fn prefix(mut self, prefix: TablePrefix) -> Self {
        self.tables.prefix = prefix;
        self
    }

    /// The schema of the tables, which is made if it is not there. Default: the first one of the
    /// connection's `search_path`, usually `public`.
    pub fn schema(mut self, schema: SchemaName) -> Self {
        self.tables.schema = Some(schema);
        self
    }

    /// How many connections [`PostgresLedger::pool`] opens at most. Default 10, at least 1.
    ///
    /// Every handler in the middle of its own transaction holds one. The ledger's own statements run on
    /// connections of their own, as many again at most.
    pub fn max_connections(mut self, max_connections: u32) -> Self {
        self.max_connections = max_connections.max(1);
        self
    }

    /// How long a call waits for a connection before it is an error, also where a pooler in front of the server
    /// lets it wait. Default 5 s.
    pub fn acquire_timeout(mut self, acquire_timeout: Duration) -> Self {
        self.acquire_timeout = acquire_timeout;
        self
    }

    /// How long a connection lies idle before it is closed. Default 30 s.
    ///
    /// A node opens up to twice [`max_connections`](Self::max_connections) under load. Once it is quiet, other
    /// nodes need them, where a pooler or the server has only so many for all.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// How long the server works on one statement before it gives up, waiting for locks included, for
    /// your own statements on [`PostgresLedger::pool`] too. Default 10 s; rounded up to whole
    /// milliseconds, at least 1.
    ///
    /// To bring tables of an older version up to date takes as long as it takes; of that, only the
    /// waiting for locks is limited.
    pub fn statement_timeout(mut self, statement_timeout: Duration) -> Self {
        self.statement_timeout = statement_timeout;
        self
    }

    /// Connects to the database at `url` (`postgres://user:password@host/database`), and makes the
    /// tables if they are not there.
    ///
    /// The URL takes the parameters of [`PgConnectOptions`], such as `sslmode` and
    /// `application_name`. TLS needs one of sqlx's features `tls-...`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be reached, or the tables cannot be made or belong to a newer
    /// version.
    pub async fn open(self, url: &str) -> Result<PostgresLedger, OpenError> {
        let statement_timeout = crate::value::millis(self.statement_timeout).max(1);
        let options: PgConnectOptions = url.parse().map_err(server)?;
        let options = options.options([("statement_timeout", statement_timeout)]);

        // Not from the pool, which would take a wrong port for a server that is about to start.
        let connecting = timeout(self.acquire_timeout, connect(&options));
        let connected = connecting.await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        let mut connection = connected.map_err(server)?;
        prepare(&mut connection, &self.tables).await?;
        connection.close().await.map_err(server)?;

        let pool = PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(self.acquire_timeout)
            .idle_timeout(self.idle_timeout)
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(connection.ping()))
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        PostgresLedger::on(pool, &self.tables)
    }
}

/// Makes the tables, and looks at the server's settings.
pub(super) async fn prepare(
    connection: &mut PgConnection,
    tables: &Tables,
) -> Result<(), OpenError> {
    migrate::migrate(connection, tables).await?;
    warn_unless_durable(connection).await.map_err(server)
}

/// A server may be set to answer before its writes are on disk. That is for its owner to decide, but
/// not to overlook.
async fn warn_unless_durable(connection: &mut PgConnection) -> sqlx::Result<()> {
    for setting in ["fsync", "synchronous_commit"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut *connection)
            .await?;
        if value == "off" {
            tracing::warn!(
                setting,
                "PostgreSQL may forget settlements when it crashes: set it to on"
            );
        }
    }
    Ok(())
}
