//! PostgreSQL: the ledger against pgbench with the ledger's own two statements.

use anyhow::{Context as _, Result, ensure};
use database_servers::Postgres;
use paid_once_sqlx::PostgresLedger;
use paid_once_sqlx::sqlx::postgres::{PgConnection, PgPool};
use paid_once_sqlx::sqlx::{AssertSqlSafe, Connection as _, query, query_scalar};

use crate::coalesced::{Coalesced, TOGETHER};
use crate::engine::{Aim, Compared, Engine};
use crate::ledger_load::LedgerLoad;
use crate::orders::MERCHANT;
use crate::pgbench::Pgbench;

/// As many connections as the most writers: pgbench has one for each of its own.
const CONNECTIONS: u32 = 32;

/// `$1` orders, settled in one statement.
const LOAD: &str = "
    INSERT INTO paid_once_orders
        (merchant, order_id, unsettled_claims, fence, paid_by, paid_at, paid_total, paid_currency)
    SELECT $2, order_id, 0, 1, decode(md5(order_id), 'hex'), clock_timestamp(), 3456, 'TRY'
    FROM (
        SELECT lpad(floor(random() * 1e18)::bigint::text, 18, '0') AS order_id
        FROM generate_series(1, $1) ORDER BY 1
    ) AS ids
    ON CONFLICT DO NOTHING";

/// The engine on a private server.
pub(crate) async fn engine(server: &Postgres) -> Result<Engine> {
    let ledger = connect(server, CONNECTIONS).await?;
    let (claim, settle) = statements(server).await?;
    let aim = Aim {
        ratio: 0.8,
        with_writers: &[1, 8, 32],
    };
    let coalesced = Compared {
        only_with: Some(TOGETHER),
        ..Compared::floor(Coalesced::connect(&server.url()).await?)
    };
    Ok(Engine {
        title: format!("PostgreSQL: {}", settings(ledger.pool()).await?),
        contenders: vec![
            Compared::floor(Pgbench::new(server, &claim, &settle)?),
            Compared::aiming(LedgerLoad::new("PostgresLedger", ledger), aim),
            coalesced,
        ],
    })
}

/// A ledger on a server of its own with so many settled orders.
pub(crate) async fn loaded(server: &Postgres, orders: u32) -> Result<LedgerLoad> {
    let ledger = connect(server, CONNECTIONS).await?;
    let mut connection = PgConnection::connect(&server.url()).await?;
    let loaded = query(LOAD)
        .bind(i64::from(orders))
        .bind(MERCHANT)
        .execute(&mut connection)
        .await?;
    ensure!(loaded.rows_affected() == u64::from(orders), "{loaded:?}");
    for tidy in ["VACUUM ANALYZE paid_once_orders", "CHECKPOINT"] {
        query(tidy).execute(&mut connection).await?;
    }
    Ok(LedgerLoad::new("PostgresLedger", ledger))
}

async fn connect(server: &Postgres, connections: u32) -> Result<PostgresLedger> {
    let options = PostgresLedger::options().max_connections(connections);
    Ok(options.open(&server.url()).await?)
}

/// The text of the ledger's claim and settlement, as the server knows it after one payment.
async fn statements(server: &Postgres) -> Result<(String, String)> {
    let ledger = connect(server, 1).await?;
    let pool = ledger.pool().clone();
    LedgerLoad::new("one payment", ledger)
        .payments(1, 1)
        .await?;
    let prepared: Vec<String> = query_scalar("SELECT statement FROM pg_prepared_statements")
        .fetch_all(&pool)
        .await?;
    let with = |word: &str| {
        let mut writing = prepared.iter().filter(|sql| sql.contains("lease_claimant"));
        let found = writing.find(|sql| sql.contains(word)).cloned();
        found.with_context(|| format!("the ledger prepared no {word}: {prepared:?}"))
    };
    Ok((with("INSERT INTO")?, with("paid_by = ")?))
}

/// The settings that decide how durable a commit is.
async fn settings(pool: &PgPool) -> Result<String> {
    let mut settings = Vec::new();
    for name in [
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "shared_buffers",
    ] {
        let value: String = query_scalar(AssertSqlSafe(format!("SHOW {name}")))
            .fetch_one(pool)
            .await?;
        settings.push(format!("{name} = {value}"));
    }
    Ok(settings.join(", "))
}
