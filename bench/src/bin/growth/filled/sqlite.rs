//! SQLite: rows in the order of their keys, as its tables are.

use std::sync::Arc;

use anyhow::{Result, ensure};
use bench::payments::MERCHANT;
use paid_once_sqlx::SqliteLedger;
use paid_once_sqlx::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use paid_once_sqlx::sqlx::{ConnectOptions as _, query};
use tempfile::TempDir;

use crate::measure::Filled;
use crate::steps::Load;

pub(crate) const LOAD: Load = Load {
    writers: 32,
    payments: 960,
    due: 480,
};

/// `?1` orders of the merchant `?2`, one second after the other: of two one is paid, the other is due a day from now.
const FILL: &str = "
    WITH RECURSIVE
        numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1),
        ids AS (
            SELECT n, n % 2 = 0 AS is_paid, (unixepoch() - ?1 + n) * 1000 AS at,
                printf('%018d', abs(random() % 1000000000000000000)) AS order_id
            FROM numbers
        )
    INSERT INTO paid_once_orders
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode,
         unsettled_claims, fence, paid_by, paid_at, paid_total, paid_currency, due_at)
    SELECT ?2, order_id, at, 'exactly', 3456, 'TRY', 'live', 0, is_paid,
        CASE WHEN is_paid THEN randomblob(16) END,
        CASE WHEN is_paid THEN at END,
        CASE WHEN is_paid THEN 3456 END,
        CASE WHEN is_paid THEN 'TRY' END,
        CASE WHEN NOT is_paid THEN (unixepoch() + 86400) * 1000 + n END
    FROM ids ORDER BY order_id";

/// A ledger in a file of its own.
pub(crate) async fn filled(orders: u32) -> Result<Filled> {
    let directory = TempDir::new()?;
    let path = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&path).await?;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal);
    let mut connection = options.connect().await?;
    let filled = query(FILL)
        .bind(orders)
        .bind(MERCHANT)
        .execute(&mut connection)
        .await?;
    ensure!(filled.rows_affected() == u64::from(orders), "{filled:?}");
    query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await?;
    Ok(Filled::new(Arc::new(ledger), directory))
}
