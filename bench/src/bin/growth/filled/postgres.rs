//! PostgreSQL: rows in the order in which orders come, and indexes built over all of them, as after a restore.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bench::payments::MERCHANT;
use database_servers::Postgres;
use paid_once_sqlx::PostgresLedger;
use paid_once_sqlx::sqlx::postgres::PgConnection;
use paid_once_sqlx::sqlx::{AssertSqlSafe, Connection as _, query, query_as};

use crate::measure::Filled;
use crate::steps::Load;

/// As many connections as callers at a time.
const CONNECTIONS: u32 = 32;
const PARTS: u16 = 16;

/// What its manual advises for a machine of 4 GB. The default is 128 MB, less than the primary key of ten million orders.
const MEMORY: &str = "shared_buffers=1GB";

pub(crate) const LOAD: Load = Load {
    writers: CONNECTIONS as usize,
    payments: 960,
    due: 480,
};

/// `$1` orders of the merchant `$2`, one second after the other: with `$3` every second one is paid, the others are due
/// a day from now.
const FILL: &str = "
    INSERT INTO paid_once_orders
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode,
         fence, paid_by, paid_at, paid_total, paid_currency, due_at)
    SELECT $2, lpad(floor(random() * 1e18)::bigint::text, 18, '0'), at, 'exactly', 3456, 'TRY', 'live',
        is_paid::int,
        CASE WHEN is_paid THEN decode(md5(n::text), 'hex') END,
        CASE WHEN is_paid THEN at END,
        CASE WHEN is_paid THEN 3456 END,
        CASE WHEN is_paid THEN 'TRY' END,
        CASE WHEN NOT is_paid THEN now() + interval '1 day' + n * interval '1 millisecond' END
    FROM (
        SELECT n, n % 2 = 0 AND $3 AS is_paid, now() - ($1 - n) * interval '1 second' AS at
        FROM generate_series(1, $1) AS n
    ) AS numbered
    ORDER BY n";

/// What finds the rows: the constraint or the index by name, how it is dropped, and how it is made.
const INDEXES: &str = "
    SELECT 'ALTER TABLE paid_once_orders DROP CONSTRAINT ' || conname,
        'ALTER TABLE paid_once_orders ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = 'paid_once_orders'::regclass AND contype = 'p'
    UNION ALL
    SELECT 'DROP INDEX ' || indexrelid::regclass,
        replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index WHERE indrelid = 'paid_once_orders'::regclass AND NOT indisprimary";

/// A ledger on a server of its own, whose orders are one table.
pub(crate) async fn filled(orders: u32) -> Result<Filled> {
    in_parts(1, orders, Paid::Half).await
}

/// The same with the orders in as many parts as in the docs.
pub(crate) async fn filled_in_parts(orders: u32) -> Result<Filled> {
    in_parts(PARTS, orders, Paid::Half).await
}

/// The same with open orders only.
pub(crate) async fn open_in_parts(orders: u32) -> Result<Filled> {
    in_parts(PARTS, orders, Paid::None).await
}

/// How many of the orders are paid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paid {
    Half,
    None,
}

async fn in_parts(parts: u16, orders: u32, paid: Paid) -> Result<Filled> {
    let server = Postgres::start_with(&[MEMORY])?;
    let options = PostgresLedger::options().max_connections(CONNECTIONS);
    let ledger = options.partitions(parts).open(&server.url()).await?;
    fill(&server, orders, paid).await?;
    Ok(Filled::new(Arc::new(ledger), server))
}

async fn fill(server: &Postgres, orders: u32, paid: Paid) -> Result<()> {
    let mut connection = PgConnection::connect(&server.url()).await?;
    let indexes: Vec<(String, String)> = query_as(INDEXES).fetch_all(&mut connection).await?;
    ensure!(indexes.len() > 1, "a primary key and indexes: {indexes:?}");
    for (drop, _) in &indexes {
        query(AssertSqlSafe(drop.clone()))
            .execute(&mut connection)
            .await?;
    }
    let filled = query(FILL)
        .bind(i64::from(orders))
        .bind(MERCHANT)
        .bind(paid == Paid::Half)
        .execute(&mut connection)
        .await?;
    ensure!(filled.rows_affected() == u64::from(orders), "{filled:?}");
    query("SET maintenance_work_mem = '512MB'")
        .execute(&mut connection)
        .await?;
    for (_, make) in indexes {
        let made = query(AssertSqlSafe(make.clone()))
            .execute(&mut connection)
            .await;
        made.context(make)?;
    }
    for tidy in ["VACUUM ANALYZE paid_once_orders", "CHECKPOINT"] {
        query(tidy).execute(&mut connection).await?;
    }
    Ok(())
}
