use std::sync::Arc;

use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::OpenError;
use super::query::of_text as query;
use crate::TablePrefix;

/// Every migration, oldest first. A published one is never changed: tables out there were made by
/// it. `{prefix}` is replaced.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_orders_and_reviews.sql"),
    include_str!("migrations/0002_due_owed_closed.sql"),
    include_str!("migrations/0003_review_queue_refunds_prices.sql"),
    include_str!("migrations/0004_orders_in_the_order_they_come.sql"),
];

/// The version of the tables after all migrations.
const KNOWN: i64 = MIGRATIONS.len().cast_signed() as i64;

/// Brings the tables up to date. May run again, and in several processes at once: the first takes
/// the database's write lock, the others wait for it and find nothing left to do.
pub(super) async fn migrate(pool: &SqlitePool, prefix: &TablePrefix) -> Result<(), OpenError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let found = version(&mut transaction, prefix).await?;
    write_nothing(&mut transaction, prefix).await?;
    if found > KNOWN {
        return Err(OpenError::NewerSchema {
            found,
            known: KNOWN,
        });
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            let sql = migration.replace("{prefix}", prefix.as_str());
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut *transaction)
                .await?;
            record(&mut transaction, prefix, version).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The version of the tables, 0 if there are none.
async fn version(
    connection: &mut SqliteConnection,
    prefix: &TablePrefix,
) -> Result<i64, OpenError> {
    let table = format!(
        "CREATE TABLE IF NOT EXISTS {prefix}schema (
            version INTEGER NOT NULL PRIMARY KEY,
            applied_at INTEGER NOT NULL
        ) STRICT"
    );
    query(&Arc::from(table)).execute(&mut *connection).await?;
    let newest = format!("SELECT coalesce(max(version), 0) FROM {prefix}schema");
    let row = query(&Arc::from(newest)).fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}

/// Fails where the file cannot be written. To begin a transaction does not: on such a file SQLite makes it one
/// that reads.
async fn write_nothing(
    connection: &mut SqliteConnection,
    prefix: &TablePrefix,
) -> Result<(), OpenError> {
    let delete = format!("DELETE FROM {prefix}schema WHERE version < 0");
    query(&Arc::from(delete)).execute(connection).await?;
    Ok(())
}

async fn record(
    connection: &mut SqliteConnection,
    prefix: &TablePrefix,
    version: i64,
) -> Result<(), OpenError> {
    let insert =
        format!("INSERT INTO {prefix}schema (version, applied_at) VALUES (?1, unixepoch() * 1000)");
    query(&Arc::from(insert))
        .bind(version)
        .execute(connection)
        .await?;
    Ok(())
}
