//! The ledger on PostgreSQL.
//!
//! One file per idea: how a database is opened (`options`) and brought up to date (`migrate`, with
//! its SQL in `migrations/`), where its tables are (`tables`), the SQL of every question
//! (`statements`), how it is sent and its answer read (`connections`, `idle`), which calls go together (`queue`,
//! `together`), and the ways in: the store (`store`), the ledger (`ledger`, `open`, `reviews`), refunds and prices
//! (`refunds`), what a back office reads (`back_office`) and the caller's own transaction (`settle_in`).

mod back_office;
mod connections;
mod hosts;
mod idle;
mod ledger;
mod migrate;
mod open;
mod options;
#[cfg(test)]
mod plans;
mod queue;
mod refunds;
mod reviews;
mod settle_in;
mod statements;
mod store;
mod tables;
mod together;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

pub use options::PostgresLedgerOptions;
pub use tables::{SchemaName, SchemaNameError};

use futures_util::future::{Either, select};
use paid_once::StoreError;
use sqlx::postgres::{PgArguments, PgPool, Postgres};
use sqlx::{AssertSqlSafe, Transaction};

use crate::{OpenError, TablePrefix};
use connections::{Connections, Tenure};
use hosts::Hosts;
use queue::Queue;
use statements::Statements;
use tables::Tables;
use together::{Claims, Settlements};

/// An [`OrderLedger`](paid_once::OrderLedger) in a PostgreSQL database, for one node or many.
///
/// Cheap to clone; all clones share their connections.
///
/// * What it answered is durable, as far as the server's `synchronous_commit` and `fsync` go; where
///   one is off, opening the ledger logs a warning.
/// * All times are those of the server's clock. Nodes may have any.
/// * A claim and a settlement are one statement and one round trip each, prepared once for every
///   connection. Their cost does not grow with the number of orders. What comes while another one is under way goes
///   together, in one statement: see [`most_together`](PostgresLedgerOptions::most_together).
/// * A statement whose connection was lost, before it was sent or before its answer came, is sent
///   once more on another connection: a claim repeated is still its claimant's, and a settlement
///   repeated is still its lease's. When that fails too, the answer is a [`StoreError`], and the
///   provider's next message heals whatever was left.
/// * Totals are whole minor units up to `i64::MAX`; a larger one is a [`StoreError`], never cut. So
///   is a session that contains NUL, which PostgreSQL cannot hold.
///
/// # Many orders
///
#[doc = include_str!("../../docs/operating.md")]
///
#[doc = include_str!("../../docs/partitioning.md")]
#[derive(Clone)]
pub struct PostgresLedger {
    /// For the shop.
    pool: PgPool,
    /// For the ledger. Two, so that handlers in the middle of their transactions, however many,
    /// leave a way to settle them.
    connections: Connections,
    hosts: Hosts,
    tenure: Tenure,
    statements: Arc<Statements>,
    claims: Queue<Claims>,
    settlements: Queue<Settlements>,
}

impl PostgresLedger {
    /// Connects to the database at `url` (`postgres://user:password@host/database`), with the default
    /// options, and makes the tables if they are not there.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be reached, or the tables cannot be made or belong to a newer
    /// version.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        Self::options().open(url).await
    }

    /// Other options than the default ones.
    pub fn options() -> PostgresLedgerOptions {
        PostgresLedgerOptions::new()
    }

    /// Uses a pool that you made, and makes the ledger's tables in its database.
    ///
    /// The ledger's own statements run on connections of their own, as many at most as the pool has,
    /// with the pool's connect options, acquire timeout and idle timeout. Its `after_connect` does not apply to
    /// them.
    ///
    /// Give a pool of sqlx 0.9.0 neither an idle timeout nor a lifetime (`idle_timeout(None)`, `max_lifetime(None)`):
    /// with either, a task of it can come to spin for ever, on rare occasions (sqlx's issue 3645).
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the database cannot be reached, or the tables cannot be made or belong to a
    /// newer version.
    pub async fn from_pool(pool: PgPool, prefix: &TablePrefix) -> Result<Self, OpenError> {
        let tables = Tables {
            prefix: prefix.clone(),
            ..Tables::default()
        };
        let mut connection = pool.acquire().await.map_err(migrate::server)?;
        options::prepare(&mut connection, &Tenure::Session, &tables).await?;
        drop(connection);
        let options = (*pool.connect_options()).clone();
        let hosts = Hosts::new(vec![options], pool.options().get_acquire_timeout());
        let idle_timeout = pool.options().get_idle_timeout();
        let most_together = options::MOST_TOGETHER;
        let ledger = Self::on(pool, hosts, Tenure::Session, &tables, most_together)?;
        if let Some(idle_timeout) = idle_timeout {
            tokio::spawn(idle::close_own(ledger.connections.pool(), idle_timeout));
        }
        Ok(ledger)
    }

    fn on(
        pool: PgPool,
        hosts: Hosts,
        tenure: Tenure,
        tables: &Tables,
        most_together: usize,
    ) -> Result<Self, OpenError> {
        let connections = Connections::new(
            hosts.clone(),
            tenure.clone(),
            pool.options().get_max_connections(),
            pool.options().get_acquire_timeout(),
        )?;
        let statements = Arc::new(Statements::new(tables));
        let claims = Claims {
            connections: connections.clone(),
            statements: Arc::clone(&statements),
        };
        let settlements = Settlements {
            connections: connections.clone(),
            statements: Arc::clone(&statements),
        };
        Ok(Self {
            pool,
            connections,
            hosts,
            tenure,
            statements,
            claims: Queue::new(claims, most_together),
            settlements: Queue::new(settlements, most_together),
        })
    }

    /// The pool, for your own tables.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction, for [`settle_in`](Self::settle_in).
    ///
    /// It holds one of the pool's connections while it is open. Its isolation level is `READ COMMITTED`, PostgreSQL's
    /// own default, also where the database has another default. For your own writes under a stricter level begin
    /// one on [`pool`](Self::pool), and try it again when the server refuses it with 40001: return the error, and
    /// the next delivery comes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when there is no connection within the acquire timeout.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let beginning = pin!(self.begin_on_the_pool());
        match select(beginning, pin!(self.hosts.look_around())).await {
            Either::Left((begun, _)) => begun,
            Either::Right((never, _)) => match never {},
        }
    }

    async fn begin_on_the_pool(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let statement = || AssertSqlSafe(self.tenure.begin());
        // After a restart of the server every connection in the pool may be dead.
        for _ in 0..self.pool.options().get_max_connections() {
            match self.pool.begin_with(statement()).await {
                Err(cause) if connections::is_lost(&cause) => {}
                begun => return begun.map_err(StoreError::new),
            }
        }
        let begun = self.pool.begin_with(statement()).await;
        begun.map_err(StoreError::new)
    }

    /// Closes every connection, of this ledger and of its clones, once what runs on them is done.
    /// Without it they are closed with the process; nothing is lost either way.
    pub async fn close(&self) {
        self.connections.close();
        self.pool.close().await;
    }
}

impl fmt::Debug for PostgresLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresLedger").finish_non_exhaustive()
    }
}

/// A statement of the ledger, ready to be bound and sent.
type Statement = sqlx::query::Query<'static, Postgres, PgArguments>;

/// A statement's text comes from this crate's templates, a checked [`TablePrefix`] and a checked
/// [`SchemaName`], nothing else.
fn query(sql: &Arc<str>) -> Statement {
    sqlx::query(AssertSqlSafe(sql.clone()))
}
