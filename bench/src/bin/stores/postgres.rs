//! PostgreSQL: the ledger against pgbench with the ledger's own two statements.

use anyhow::{Result, bail, ensure};
use bench::payments::{LEASE, next_order_id, payment};
use database_servers::Postgres;
use paid_once::{Claim, Claimant, OrderStore as _, Settled};
use paid_once_sqlx::PostgresLedger;
use paid_once_sqlx::sqlx::postgres::{PgConnection, PgPool};
use paid_once_sqlx::sqlx::{AssertSqlSafe, Connection as _, query, query_scalar};

use crate::coalesced::{Coalesced, TOGETHER};
use crate::engine::{Aim, Compared, Engine};
use crate::ledger_load::LedgerLoad;
use crate::pgbench::Pgbench;

/// As many connections as the most writers: pgbench has one for each of its own.
const CONNECTIONS: u32 = 32;

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
