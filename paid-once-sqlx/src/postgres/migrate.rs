use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::connections::{Tenure, asks_for_a_session};
use super::{SchemaName, Statement, Tables};
use crate::OpenError;

/// Every migration, oldest first. A published one is never changed: tables out there were made by
/// it. `{schema}` and `{prefix}` are replaced.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_orders_carts_reviews.sql"),
    include_str!("migrations/0002_due_owed_closed.sql"),
    include_str!("migrations/0003_review_queue_refunds_prices.sql"),
    include_str!("migrations/0004_vacuum_in_time.sql"),
];

/// Splits the table of orders, as the docs do it for one that is there already. `{parts}` is in how many, `{last}`
/// the number of the last one.
const PARTITION: &str = include_str!("partition.sql");

/// The version of the tables after all migrations.
const KNOWN: i64 = MIGRATIONS.len().cast_signed() as i64;

/// The advisory lock of all ledgers of one database: "paidonce" in ASCII.
const LOCK: i64 = 0x7061_6964_6f6e_6365;

/// Years of orders take longer to change than any one statement of a shop may take. What limits those
/// limits the waiting for locks here.
const PATIENCE: &str = "
    SELECT set_config('lock_timeout', current_setting('statement_timeout'), true);
    SELECT set_config('statement_timeout', '0', true)";

/// Brings the tables up to date. May run again, and from several processes at once: the first takes
/// a lock, the others wait for it and find nothing left to do.
pub(super) async fn migrate(
    connection: &mut PgConnection,
    tenure: &Tenure,
    tables: &Tables,
) -> Result<(), OpenError> {
    // Without a lock and without the right to create anything, because this is what nearly every
    // start of a shop finds.
    let found = look(connection, tenure, tables).await.map_err(server)?;
    if found == KNOWN {
        return Ok(());
    }
    let found = apply(connection, tenure, tables).await.map_err(server)?;
    if found > KNOWN {
        return Err(OpenError::NewerSchema {
            found,
            known: KNOWN,
        });
    }
    Ok(())
}

async fn look(
    connection: &mut PgConnection,
    tenure: &Tenure,
    tables: &Tables,
) -> sqlx::Result<i64> {
    let begin = AssertSqlSafe(tenure.begin());
    let mut transaction = connection.begin_with(begin).await?;
    let found = version(&mut transaction, tables).await?;
    transaction.commit().await?;
    Ok(found)
}

/// Applies what is missing, in one transaction, and says which version was found.
async fn apply(
    connection: &mut PgConnection,
    tenure: &Tenure,
    tables: &Tables,
) -> sqlx::Result<i64> {
    let begin = AssertSqlSafe(tenure.begin());
    let mut transaction = connection.begin_with(begin).await?;
    sqlx::raw_sql(PATIENCE).execute(&mut *transaction).await?;
    once("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await?;
    let found = version(&mut transaction, tables).await?;
    if found == 0 {
        make_schema(&mut transaction, tables).await?;
        run(&mut transaction, tables, VERSIONS).await?;
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            run(&mut transaction, tables, migration).await?;
            record(&mut transaction, tables, version).await?;
        }
    }
    if found == 0 && tables.parts > 1 {
        let partition = PARTITION
            .replace("{parts}", &tables.parts.to_string())
            .replace("{last}", &(tables.parts - 1).to_string());
        run(&mut transaction, tables, &partition).await?;
    }
    transaction.commit().await?;
    Ok(found)
}

// Asked of the catalogue's tables. Functions such as `to_regclass` answer from a cache, which a
// transaction that waited for the lock may have filled before the wait.

/// $1 schema, or NULL for those of the `search_path`; $2 table.
const TABLE_EXISTS: &str = "
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relname = $2
            AND CASE WHEN $1::text IS NULL THEN n.nspname = ANY (current_schemas(false))
                ELSE n.nspname = $1 END
    )";

/// $1 schema.
const SCHEMA_EXISTS: &str = "
    SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";

/// Where the versions are remembered.
const VERSIONS: &str = "
    CREATE TABLE IF NOT EXISTS {schema}{prefix}schema (
        version bigint NOT NULL PRIMARY KEY,
        applied_at timestamptz NOT NULL
    )";

async fn run(connection: &mut PgConnection, tables: &Tables, sql: &str) -> sqlx::Result<()> {
    let sql = sql
        .replace("{schema}", &tables.qualifier())
        .replace("{prefix}", tables.prefix.as_str());
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the schema if it is not there. `IF NOT EXISTS` would ask for the right to make one even
/// where it is.
async fn make_schema(connection: &mut PgConnection, tables: &Tables) -> sqlx::Result<()> {
    let Some(schema) = &tables.schema else {
        return Ok(());
    };
    let row = once(SCHEMA_EXISTS)
        .bind(schema.as_str())
        .fetch_one(&mut *connection)
        .await?;
    if !row.try_get::<bool, _>(0)? {
        let make = format!("CREATE SCHEMA \"{schema}\"");
        sqlx::raw_sql(AssertSqlSafe(make))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// The version of the tables, 0 if there are none.
async fn version(connection: &mut PgConnection, tables: &Tables) -> sqlx::Result<i64> {
    let row = once(TABLE_EXISTS)
        .bind(tables.schema.as_ref().map(SchemaName::as_str))
        .bind(format!("{}schema", tables.prefix))
        .fetch_one(&mut *connection)
        .await?;
    if !row.try_get::<bool, _>(0)? {
        return Ok(0);
    }
    let table = tables.name("schema");
    let newest = format!("SELECT coalesce(max(version), 0) FROM {table}");
    let row = once(newest).fetch_one(connection).await?;
    row.try_get(0)
}

async fn record(connection: &mut PgConnection, tables: &Tables, version: i64) -> sqlx::Result<()> {
    let table = tables.name("schema");
    let insert =
        format!("INSERT INTO {table} (version, applied_at) VALUES ($1, clock_timestamp())");
    once(insert).bind(version).execute(connection).await?;
    Ok(())
}

/// A statement that is needed once, and so is prepared without a name. Its text is one of this file, with a
/// checked [`TablePrefix`](crate::TablePrefix) and a checked [`SchemaName`].
fn once(sql: impl Into<String>) -> Statement {
    sqlx::query(AssertSqlSafe(sql.into())).persistent(false)
}

pub(super) fn server(cause: sqlx::Error) -> OpenError {
    if asks_for_a_session(&cause) {
        return OpenError::TransactionPooling(cause.into());
    }
    OpenError::Server(cause.into())
}
