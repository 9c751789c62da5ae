//! PostgreSQL: the ledger against pgbench with the ledger's own two statements.

use anyhow::{Result, bail, ensure};
use database_servers::Postgres;
use paid_once::{Claim, Claimant, OrderStore as _, Settled};
use paid_once_sqlx::PostgresLedger;
use paid_once_sqlx::sqlx::postgres::{PgConnection, PgPool};
use paid_once_sqlx::sqlx::{AssertSqlSafe, Connection as _, query, query_scalar};

use crate::coalesced::{Coalesced, TOGETHER};
use crate::engine::{Aim, Compared, Engine};
use crate::growth::Taking;
use crate::ledger_load::{LEASE, LedgerLoad, MERCHANT, next_order_id, payment};
use crate::pgbench::Pgbench;

/// As many connections as the most writers: pgbench has one for each of its own.
const CONNECTIONS: u32 = 32;

/// `$1` orders, settled in one statement.
const LOAD_SETTLED: &str = "
    INSERT INTO paid_once_orders
        (merchant, order_id, unsettled_claims, fence, paid_by, paid_at, paid_total, paid_currency)
    SELECT $2, order_id, 0, 1, decode(md5(order_id), 'hex'), clock_timestamp(), 3456, 'TRY'
    FROM (
        SELECT lpad(floor(random() * 1e18)::bigint::text, 18, '0') AS order_id
        FROM generate_series(1, $1) ORDER BY 1
    ) AS ids
    ON CONFLICT DO NOTHING";

/// `$1` orders, opened in one statement, that are due one after the other, the first after a day.
const LOAD_OPEN: &str = "
    INSERT INTO paid_once_orders
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, due_at)
    SELECT $2, order_id, clock_timestamp(), 'exactly', 3456, 'TRY', 'live',
        clock_timestamp() + interval '1 day' + n * interval '1 millisecond'
    FROM (
        SELECT lpad(floor(random() * 1e18)::bigint::text, 18, '0') AS order_id, n
        FROM generate_series(1, $1) AS n ORDER BY 1
    ) AS ids
    ON CONFLICT DO NOTHING";

/// The engine on a private server.
pub(crate) async fn engine(server: &mut Postgres) -> Result<Engine> {
    let (claim, settle) = statements(server).await?;
    let ledger = connect(server, CONNECTIONS).await?;
    let alone = PostgresLedger::options()
        .max_connections(CONNECTIONS)
        .most_together(1);
    let alone = alone.open(&server.url()).await?;
    let aims = vec![
        Aim::of_the_floor(0.95, &[1, 8]),
        Aim::of_the_floor(3.0, &[32]),
    ];
    Ok(Engine {
        title: format!("PostgreSQL: {}", settings(ledger.pool()).await?),
        contenders: vec![
            Compared::floor(Pgbench::new(server, &claim, &settle)?),
            Compared::aiming(LedgerLoad::new("PostgresLedger", ledger), aims),
            Compared::aiming(
                LedgerLoad::new("PostgresLedger, each alone", alone),
                vec![Aim::of_the_floor(0.8, &[1, 8, 32])],
            ),
            Compared::only_with(TOGETHER, Coalesced::connect(&server.url()).await?),
        ],
    })
}

/// A ledger on a server of its own with so many settled orders.
pub(crate) async fn settled(orders: u32) -> Result<(LedgerLoad, Postgres)> {
    let (ledger, server) = loaded(LOAD_SETTLED, orders).await?;
    Ok((LedgerLoad::new("PostgresLedger", ledger), server))
}

/// A ledger on a server of its own with so many open orders, due later.
pub(crate) async fn open(orders: u32) -> Result<(Taking, Postgres)> {
    let (ledger, server) = loaded(LOAD_OPEN, orders).await?;
    Ok((Taking::new(ledger), server))
}

async fn loaded(load: &'static str, orders: u32) -> Result<(PostgresLedger, Postgres)> {
    let server = Postgres::start()?;
    let ledger = connect(&server, CONNECTIONS).await?;
    let mut connection = PgConnection::connect(&server.url()).await?;
    let loaded = query(load)
        .bind(i64::from(orders))
        .bind(MERCHANT)
        .execute(&mut connection)
        .await?;
    ensure!(loaded.rows_affected() == u64::from(orders), "{loaded:?}");
    for tidy in ["VACUUM ANALYZE paid_once_orders", "CHECKPOINT"] {
        query(tidy).execute(&mut connection).await?;
    }
    Ok((ledger, server))
}

async fn connect(server: &Postgres, connections: u32) -> Result<PostgresLedger> {
    let options = PostgresLedger::options().max_connections(connections);
    Ok(options.open(&server.url()).await?)
}

/// The text of the ledger's claim and settlement, as the server saw it.
async fn statements(server: &mut Postgres) -> Result<(String, String)> {
    // A restart makes it so. By default the server remembers only how a statement begins.
    let mut connection = PgConnection::connect(&server.url()).await?;
    query("ALTER SYSTEM SET track_activity_query_size = '32kB'")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    server.stop()?;
    server.start_again()?;

    let mut connection = PgConnection::connect(&server.url()).await?;
    let ledger = connect(server, 1).await?;
    let payment = payment(&next_order_id())?;
    let claim = ledger.claim(&payment, Claimant::unique(), LEASE).await?;
    let Claim::Granted(lease) = claim else {
        bail!("a new order is granted");
    };
    let claim = last_statement(&mut connection).await?;
    ensure!(ledger.settle(&lease).await? == Settled::Now);
    let settle = last_statement(&mut connection).await?;
    ensure!(
        claim.contains("$6") && settle.contains("$3"),
        "{claim}\n{settle}"
    );
    Ok((claim, settle))
}

/// What the latest of all other connections was asked.
async fn last_statement(connection: &mut PgConnection) -> Result<String> {
    const LAST: &str = "SELECT query FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND query LIKE '%lease_claimant%'
        ORDER BY query_start DESC LIMIT 1";
    Ok(query_scalar(LAST).fetch_one(connection).await?)
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
