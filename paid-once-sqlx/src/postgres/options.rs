use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use tokio::time::timeout;

use super::connections::{IDLE, LIFETIME, Tenure};
use super::hosts::Hosts;
use super::idle::{close_own, close_shops};
use super::migrate::{self, server};
use super::{PostgresLedger, SchemaName, Tables};
use crate::{OpenError, TablePrefix};

/// Orders in one statement, unless the options say otherwise.
pub(super) const MOST_TOGETHER: usize = 64;

/// How a [`PostgresLedger`] is opened.
#[derive(Debug, Clone)]
#[must_use = "options do nothing until the ledger is opened"]
pub struct PostgresLedgerOptions {
    tables: Tables,
    max_connections: u32,
    acquire_timeout: Duration,
    idle_timeout: Duration,
    statement_timeout: Duration,
    most_together: usize,
    transaction_pooling: bool,
}

impl PostgresLedgerOptions {
    pub(super) fn new() -> Self {
        Self {
            tables: Tables::default(),
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(10),
            most_together: MOST_TOGETHER,
            transaction_pooling: false,
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

    /// Makes the table of orders in so many parts, by a hash of their keys. Default 1, which is one table; at most
    /// 1024. When parts are worth it is said at [`PostgresLedger`].
    ///
    /// It counts when the tables are made. Tables that are there stay as they are.
    pub fn partitions(mut self, parts: u16) -> Self {
        self.tables.parts = parts.min(1024);
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

    /// How many claims, or settlements, go to the server in one statement at most. Default 64; with 1 each goes
    /// alone.
    ///
    /// A claim goes at once where no other one is under way. Those that come meanwhile go together when it is
    /// back: one round trip and one flush of the server's disk for all of them. Each is answered by itself,
    /// and what one of them fails of, or has to wait for, is no matter of the others: it goes alone then.
    pub fn most_together(mut self, most_together: usize) -> Self {
        self.most_together = most_together;
        self
    }

    /// Whether a pooler stands in front of the server that gives each transaction a server connection anew, as
    /// PgBouncer does with `pool_mode = transaction`. Default false. `pgbouncer=true` in the URL says the same.
    ///
    /// Then the ledger sets nothing for a session and prepares nothing under a name: each of its statements is a
    /// transaction, which costs three more round trips. Your own statements on [`PostgresLedger::pool`] have to
    /// do the same: inside a transaction, and with `persistent(false)`. From PgBouncer 1.21 on, with its
    /// `max_prepared_statements` and with `extra_float_digits` and `options` in its `ignore_startup_parameters`,
    /// that is not needed for yours.
    pub fn transaction_pooling(mut self, transaction_pooling: bool) -> Self {
        self.transaction_pooling = transaction_pooling;
        self
    }

    /// Connects to the database at `url` (`postgres://user:password@host/database`), and makes the
    /// tables if they are not there.
    ///
    /// The URL may name several hosts, `one:5432,two:5432`: a primary and its standbys. The ledger uses the one
    /// that takes writes, and looks for it again when a connection is lost; [`PostgresLedger::pool`] follows.
    /// Each host has its share of the acquire timeout to answer.
    ///
    /// The URL takes the parameters of [`PgConnectOptions`](sqlx::postgres::PgConnectOptions), such as `sslmode`
    /// and `application_name`. TLS needs one of sqlx's features `tls-...`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be reached or takes no writes, or the tables cannot be made or belong to a
    /// newer version.
    pub async fn open(self, url: &str) -> Result<PostgresLedger, OpenError> {
        let statement_timeout = crate::value::millis(self.statement_timeout).max(1);
        let (each, pooler) = Hosts::parse(url).map_err(server)?;
        let tenure = if pooler || self.transaction_pooling {
            Tenure::Transaction { statement_timeout }
        } else {
            Tenure::Session
        };
        let hosts = Hosts::new(each, self.acquire_timeout).map(|options| match tenure {
            Tenure::Session => options.options([("statement_timeout", statement_timeout)]),
            Tenure::Transaction { .. } => {
                options.extra_float_digits(None).statement_cache_capacity(0)
            }
        });

        // Not from the pool, which would take a wrong port for a server that is about to start.
        let connecting = timeout(self.acquire_timeout, hosts.connect());
        let connected = connecting.await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        let mut connection = connected.map_err(server)?;
        prepare(&mut connection, &tenure, &self.tables).await?;
        connection.close().await.map_err(server)?;

        let same_hosts = hosts.clone();
        let pool = PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(self.acquire_timeout)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|_, state| {
                let is_young = state.age < LIFETIME;
                Box::pin(async move { Ok(is_young) })
            })
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(connection.ping()))
            .before_acquire(move |connection, state| {
                let is_outdated = same_hosts.is_outdated(state.age);
                Box::pin(async move {
                    if state.idle_for > IDLE && !is_outdated {
                        connection.ping().await?;
                    }
                    Ok(!is_outdated)
                })
            })
            .connect_lazy_with(hosts.last());
        hosts.followed_by(&pool);
        let shops = pool.clone();
        let ledger = PostgresLedger::on(pool, hosts, tenure, &self.tables, self.most_together)?;
        let own = || ledger.connections.pool();
        tokio::spawn(close_own(own(), self.idle_timeout));
        tokio::spawn(close_shops(shops, own(), self.idle_timeout));
        Ok(ledger)
    }
}

/// Makes the tables, and looks at the server's settings.
pub(super) async fn prepare(
    connection: &mut PgConnection,
    tenure: &Tenure,
    tables: &Tables,
) -> Result<(), OpenError> {
    if setting(connection, "transaction_read_only")
        .await
        .map_err(server)?
        == "on"
    {
        return Err(OpenError::ReadOnly);
    }
    migrate::migrate(connection, tenure, tables).await?;
    warn_unless_durable(connection).await.map_err(server)
}

/// The value of a setting.
async fn setting(connection: &mut PgConnection, name: &'static str) -> sqlx::Result<String> {
    // Without parameters it is one round trip, and needs nothing prepared.
    let show = AssertSqlSafe(format!("SHOW {name}"));
    sqlx::raw_sql(show).fetch_one(connection).await?.try_get(0)
}

/// A server may be set to answer before its writes are on disk. That is for its owner to decide, but
/// not to overlook.
async fn warn_unless_durable(connection: &mut PgConnection) -> sqlx::Result<()> {
    for name in ["fsync", "synchronous_commit"] {
        let value = setting(connection, name).await?;
        if value == "off" {
            tracing::warn!(
                setting = name,
                "PostgreSQL may forget settlements when it crashes: set it to on"
            );
        }
    }
    Ok(())
}
