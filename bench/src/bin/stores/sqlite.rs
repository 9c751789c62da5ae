//! SQLite: the ledger against a loop that commits each statement by itself, and what is left when its own statements
//! run in a loop without callers.

use std::path::Path;
use std::time::Instant;
use std::{slice, thread};

use anyhow::{Result, ensure};
use async_trait::async_trait;
use bench::payments::{MERCHANT, MINOR_UNITS, next_order_id};
use paid_once::Claimant;
use paid_once_sqlx::SqliteLedger;
use paid_once_sqlx::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use paid_once_sqlx::sqlx::{ConnectOptions as _, query};
use rusqlite::{CachedStatement, Connection};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

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
            Compared::only_with(1, Own::open(directory, "own.db", 1).await?),
            Compared::only_with(1, Asked::open(directory).await?),
            Compared::only_with(
                TOGETHER,
                Own::open(directory, "own-groups.db", TOGETHER).await?,
            ),
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
type NewPayment = (String, Vec<u8>);

fn new_payment() -> NewPayment {
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

// The ledger's, as they are.
const OWN_CLAIM: &str = "
    INSERT INTO paid_once_orders AS o
        (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
         unsettled_claims, fence, due_at)
    VALUES (?, ?, ?, CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + ?, ?, ?, 1, 1,
        CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + ?)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        unsettled_claims =
            o.unsettled_claims + (o.lease_claimant IS NOT excluded.lease_claimant),
        fence = o.fence + (o.lease_claimant IS NOT excluded.lease_claimant),
        undelivered_since = iif(o.lease_total IS NULL, NULL, coalesce(o.undelivered_since,
            iif(o.lease_until <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER), o.lease_until, NULL))),
        last_failure = NULL,
        lease_claimant = excluded.lease_claimant,
        lease_until = excluded.lease_until,
        lease_total = excluded.lease_total,
        lease_currency = excluded.lease_currency
    WHERE o.paid_at IS NULL
        AND (excluded.lease_total IS NOT NULL OR (o.failed_at IS NULL AND o.closed_at IS NULL))
        AND (o.lease_total IS NULL
            OR (o.lease_total IS excluded.lease_total
                AND o.lease_currency IS excluded.lease_currency))
        AND (o.lease_claimant IS NULL
            OR o.lease_claimant = excluded.lease_claimant
            OR o.lease_until <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER))
        AND (excluded.lease_total IS NULL OR o.due_at IS NOT NULL)
    RETURNING unsettled_claims, fence";

const OWN_SETTLE: &str = "
    UPDATE paid_once_orders SET
        paid_by = iif(lease_total IS NULL, paid_by, lease_claimant),
        paid_at = iif(lease_total IS NULL, paid_at, CAST(round(unixepoch('subsec') * 1000) AS INTEGER)),
        paid_total = coalesce(lease_total, paid_total),
        paid_currency = coalesce(lease_currency, paid_currency),
        failed_by = iif(lease_total IS NULL, lease_claimant, failed_by),
        failed_at = iif(lease_total IS NULL, CAST(round(unixepoch('subsec') * 1000) AS INTEGER), failed_at),
        due_at = iif(lease_total IS NULL, due_at, NULL),
        undelivered_since = NULL, last_failure = NULL,
        unsettled_claims = unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = ? AND order_id = ? AND lease_claimant = ?";

/// The ledger's own statements and settings on the thread that asks: no callers, no queue, no answers.
struct Own {
    connection: Connection,
    /// Payments in one transaction.
    together: usize,
}

impl Own {
    async fn open(directory: &TempDir, file: &str, together: usize) -> Result<Self> {
        let path = directory.path().join(file);
        SqliteLedger::connect(&path).await?.close().await;
        let connection = Connection::open(&path)?;
        for (pragma, value) in [
            ("synchronous", "FULL"),
            ("wal_autocheckpoint", "8000"),
            ("cache_size", "-16384"),
            ("foreign_keys", "true"),
        ] {
            connection.pragma_update(None, pragma, value)?;
        }
        Ok(Self {
            connection,
            together,
        })
    }

    fn pay(&self) -> Result<()> {
        let payments: Vec<_> = (0..self.together).map(|_| new_payment()).collect();
        self.claim(&payments)?;
        self.settle(&payments)
    }

    fn claim(&self, payments: &[NewPayment]) -> Result<()> {
        let total = MINOR_UNITS.cast_signed();
        self.commit(OWN_CLAIM, |claim| {
            for (order_id, claimant) in payments {
                let values = (MERCHANT, order_id, claimant, 60_000, total, "TRY", 60_000);
                claim.query_row(values, |row| row.get::<_, i64>(1))?;
            }
            Ok(())
        })
    }

    fn settle(&self, payments: &[NewPayment]) -> Result<()> {
        self.commit(OWN_SETTLE, |settle| {
            for (order_id, claimant) in payments {
                ensure!(settle.execute((MERCHANT, order_id, claimant))? == 1);
            }
            Ok(())
        })
    }

    /// A single statement is a transaction of its own.
    fn commit(
        &self,
        sql: &str,
        run: impl FnOnce(&mut CachedStatement<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        if self.together == 1 {
            return run(&mut statement);
        }
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        run(&mut statement)?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }
}

#[async_trait]
impl Contender for Own {
    fn name(&self) -> &'static str {
        match self.together {
            1 => "the ledger's statements, one loop",
            _ => "the same, an fsync per 32",
        }
    }

    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let start = Instant::now();
        let mut latencies = Vec::new();
        while start.elapsed() < ROUND {
            let start = Instant::now();
            self.pay()?;
            latencies.extend(std::iter::repeat_n(
                start.elapsed().as_secs_f64(),
                self.together,
            ));
        }
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}

/// The same on a thread of its own, which is asked over a channel for each statement: what a lone caller waits for, if
/// nobody is to be blocked by a disk.
struct Asked(mpsc::UnboundedSender<Step>);

enum Step {
    Claim(NewPayment, oneshot::Sender<Result<NewPayment>>),
    Settle(NewPayment, oneshot::Sender<Result<NewPayment>>),
}

impl Asked {
    async fn open(directory: &TempDir) -> Result<Self> {
        let own = Own::open(directory, "asked.db", 1).await?;
        let (ask, mut asked) = mpsc::unbounded_channel();
        thread::spawn(move || {
            while let Some(step) = asked.blocking_recv() {
                let (payment, answer, done) = match step {
                    Step::Claim(payment, answer) => {
                        let done = own.claim(slice::from_ref(&payment));
                        (payment, answer, done)
                    }
                    Step::Settle(payment, answer) => {
                        let done = own.settle(slice::from_ref(&payment));
                        (payment, answer, done)
                    }
                };
                // Nobody waits for it when the measurement is over.
                let _ = answer.send(done.map(|()| payment));
            }
        });
        Ok(Self(ask))
    }

    async fn pay(ask: &mpsc::UnboundedSender<Step>) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        ask.send(Step::Claim(new_payment(), answer))?;
        let payment = answered.await??;
        let (answer, answered) = oneshot::channel();
        ask.send(Step::Settle(payment, answer))?;
        answered.await??;
        Ok(())
    }
}

#[async_trait]
impl Contender for Asked {
    fn name(&self) -> &'static str {
        "the same, a thread that is asked"
    }

    /// The caller is a task, as a ledger's is.
    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let ask = self.0.clone();
        let caller = tokio::spawn(async move {
            let start = Instant::now();
            let mut latencies = Vec::new();
            while start.elapsed() < ROUND {
                let start = Instant::now();
                Self::pay(&ask).await?;
                latencies.push(start.elapsed().as_secs_f64());
            }
            Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
        });
        caller.await?
    }
}
