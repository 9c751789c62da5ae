//! SQLite: the ledger against a loop that commits each statement by itself.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use bench::payments::{MERCHANT, MINOR_UNITS, next_order_id};
use paid_once::Claimant;
use paid_once_sqlx::SqliteLedger;
use paid_once_sqlx::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use paid_once_sqlx::sqlx::{ConnectOptions as _, query};
use tempfile::TempDir;

use crate::engine::{Aim, Compared, Contender, Engine, ROUND, Round};
use crate::ledger_load::LedgerLoad;

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
