//! SQLite: the ledger against a loop that commits each statement by itself.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use paid_once::Claimant;
use paid_once_sqlx::SqliteLedger;
use paid_once_sqlx::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use paid_once_sqlx::sqlx::{ConnectOptions as _, query};
use tempfile::TempDir;

use crate::engine::{Aim, Compared, Contender, Engine, ROUND, Round};
use crate::growth::{LATER, Taking};
use crate::ledger_load::{LedgerLoad, MERCHANT, MINOR_UNITS, next_order_id};

const CLAIM: &str = "
    INSERT INTO paid_once_orders
        (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
         unsettled_claims, fence)
    VALUES (?1, ?2, ?3, unixepoch() * 1000 + 60000, ?4, 'TRY', 1, 1)";

const SETTLE: &str = "
    UPDATE paid_once_orders SET
        paid_by = lease_claimant, paid_at = unixepoch() * 1000,
        paid_total = lease_total, paid_currency = lease_currency, unsettled_claims = 0,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND lease_claimant = ?3";

/// `?1` orders, settled in one statement.
const LOAD_SETTLED: &str = "
    WITH RECURSIVE
        numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1),
        ids (order_id) AS (
            SELECT printf('%018d', abs(random() % 1000000000000000000)) FROM numbers
        )
    INSERT INTO paid_once_orders
        (merchant, order_id, unsettled_claims, fence, paid_by, paid_at, paid_total, paid_currency)
    SELECT ?2, order_id, 0, 1, randomblob(16), unixepoch() * 1000, 3456, 'TRY'
    FROM ids ORDER BY order_id
    ON CONFLICT DO NOTHING";

/// `?1` orders, opened in one statement, that are due one after the other, the first in `?3` ms.
const LOAD_OPEN: &str = "
    WITH RECURSIVE
        numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1),
        ids (order_id, n) AS (
            SELECT printf('%018d', abs(random() % 1000000000000000000)), n FROM numbers
        )
    INSERT INTO paid_once_orders
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, due_at)
    SELECT ?2, order_id, unixepoch() * 1000, 'exactly', 3456, 'TRY', 'live',
        unixepoch() * 1000 + ?3 + n
    FROM ids ORDER BY order_id
    ON CONFLICT DO NOTHING";

/// The engine in files of `directory`.
pub(crate) async fn engine(directory: &TempDir) -> Result<Engine> {
    let bare = Bare::open(&directory.path().join("bare.db")).await?;
    let groups = Groups(Bare::open(&directory.path().join("groups.db")).await?);
    let ledger = SqliteLedger::connect(directory.path().join("ledger.db")).await?;
    let aims = vec![
        Aim::of_the_floor(0.9, &[1]),
        Aim::of_the_floor(8.0, &[TOGETHER]),
        Aim {
            ratio: 0.8,
            with_writers: &[TOGETHER],
            of: 1,
        },
    ];
    Ok(Engine {
        title: "SQLite: write-ahead log, synchronous = FULL".to_owned(),
        contenders: vec![
            Compared::floor(bare),
            Compared::only_with(TOGETHER, groups),
            Compared::aiming(LedgerLoad::new("SqliteLedger", ledger), aims),
        ],
    })
}

/// A ledger in a new file with so many settled orders.
pub(crate) async fn settled(directory: &TempDir, orders: u32) -> Result<LedgerLoad> {
    let path = directory.path().join(format!("{orders}.db"));
    let ledger = loaded(&path, LOAD_SETTLED, orders).await?;
    Ok(LedgerLoad::new("SqliteLedger", ledger))
}

/// A ledger in a new file with so many open orders, due later.
pub(crate) async fn open(directory: &TempDir, orders: u32) -> Result<Taking> {
    let path = directory.path().join(format!("{orders}.db"));
    Ok(Taking::new(loaded(&path, LOAD_OPEN, orders).await?))
}

async fn loaded(path: &Path, load: &'static str, orders: u32) -> Result<SqliteLedger> {
    let ledger = SqliteLedger::connect(path).await?;
    let mut connection = connect(path).await?;
    let loaded = query(load)
        .bind(orders)
        .bind(MERCHANT)
        .bind(i64::try_from(LATER.as_millis())?)
        .execute(&mut connection)
        .await?;
    ensure!(loaded.rows_affected() == u64::from(orders), "{loaded:?}");
    query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await?;
    Ok(ledger)
}

async fn connect(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    Ok(options.connect().await?)
}

/// One connection, and one fsync for each claim and for each settlement. SQLite lets one write at a
/// time: more writers than one would only wait for each other.
struct Bare(SqliteConnection);

impl Bare {
    /// On the tables of a ledger, so that rows and indexes are the same.
    async fn open(path: &Path) -> Result<Self> {
        SqliteLedger::connect(path).await?.close().await;
        Ok(Self(connect(path).await?))
    }

    async fn pay(&mut self) -> Result<()> {
        let (order_id, claimant) = new_payment();
        self.claim(&order_id, &claimant).await?;
        self.settle(&order_id, &claimant).await
    }

    async fn claim(&mut self, order_id: &str, claimant: &[u8]) -> Result<()> {
        let claimed = query(CLAIM)
            .bind(MERCHANT)
            .bind(order_id.to_owned())
            .bind(claimant.to_owned())
            .bind(MINOR_UNITS.cast_signed())
            .execute(&mut self.0)
            .await?;
        ensure!(claimed.rows_affected() == 1);
        Ok(())
    }

    async fn settle(&mut self, order_id: &str, claimant: &[u8]) -> Result<()> {
        let settled = query(SETTLE)
            .bind(MERCHANT)
            .bind(order_id.to_owned())
            .bind(claimant.to_owned())
            .execute(&mut self.0)
            .await?;
        ensure!(settled.rows_affected() == 1);
        Ok(())
    }
}

/// An order id and a claimant.
fn new_payment() -> (String, Vec<u8>) {
    let claimant = Claimant::unique().to_bits().to_be_bytes();
    (next_order_id(), claimant.to_vec())
}

/// Payments in one transaction of [`Groups`].
const TOGETHER: usize = 32;

/// One connection that claims 32 orders in one transaction and settles them in another.
struct Groups(Bare);

impl Groups {
    async fn pay(&mut self) -> Result<()> {
        let payments: Vec<_> = (0..TOGETHER).map(|_| new_payment()).collect();
        self.run("BEGIN IMMEDIATE").await?;
        for (order_id, claimant) in &payments {
            self.0.claim(order_id, claimant).await?;
        }
        self.run("COMMIT").await?;
        self.run("BEGIN IMMEDIATE").await?;
        for (order_id, claimant) in &payments {
            self.0.settle(order_id, claimant).await?;
        }
        self.run("COMMIT").await
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        query(sql).execute(&mut self.0.0).await?;
        Ok(())
    }
}

#[async_trait]
impl Contender for Groups {
    fn name(&self) -> &'static str {
        "one loop, an fsync per 32"
    }

    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let start = Instant::now();
        let mut latencies = Vec::new();
        while start.elapsed() < ROUND {
            let start = Instant::now();
            self.pay().await?;
            // Each of them took as long as all.
            latencies.extend([start.elapsed().as_secs_f64(); TOGETHER]);
        }
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}

#[async_trait]
impl Contender for Bare {
    fn name(&self) -> &'static str {
        "one loop, an fsync per statement"
    }

    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let start = Instant::now();
        let mut latencies = Vec::new();
        while start.elapsed() < ROUND {
            let start = Instant::now();
            self.pay().await?;
            latencies.push(start.elapsed().as_secs_f64());
        }
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}
