//! How a ledger is opened, and when it refuses to be.

use std::error::Error as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use paid_once::{Claim, Claimant, OrderStore as _};
use paid_once_sqlx::sqlx::AssertSqlSafe;
use paid_once_sqlx::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use paid_once_sqlx::{OpenError, PostgresLedger, SchemaName, TablePrefix, sqlx};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::schema::{LEASE, Schema, claim, claim_of, granted, hold};

/// Set for a process that opens a ledger beside others.
const SCHEMA: &str = "PAID_ONCE_TEST_SCHEMA";

fn url() -> String {
    database_servers::shared::postgres_url().unwrap()
}

fn new_schema() -> SchemaName {
    format!("test_{}", Claimant::unique()).parse().unwrap()
}

async fn versions(ledger: &PostgresLedger, table: String) -> Vec<i64> {
    let versions = format!("SELECT version FROM {table}");
    sqlx::query_scalar(AssertSqlSafe(versions))
        .fetch_all(ledger.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn opening_again_keeps_what_is_there() {
    let shop = Schema::new().await.unwrap();
    hold(&shop.ledger, LEASE).await;
    let second = shop.node().await.unwrap();
    let claim = claim(&second, LEASE).await;
    assert!(matches!(claim, Claim::InProgress { .. }), "{claim:?}");
    let versions = versions(&second, shop.table("paid_once_schema")).await;
    assert_eq!(versions, [1, 2, 3, 4], "each migration ran once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_openings_of_a_new_schema_at_once_all_succeed() {
    let schema = new_schema();
    let start = Arc::new(Barrier::new(16));
    let mut openings = JoinSet::new();
    for _ in 0..16 {
        let (schema, start) = (schema.clone(), start.clone());
        openings.spawn(async move {
            start.wait().await;
            PostgresLedger::options().schema(schema).open(&url()).await
        });
    }
    while let Some(opened) = openings.join_next().await {
        let ledger = opened.unwrap().unwrap();
        let table = format!("{schema}.paid_once_schema");
        assert_eq!(versions(&ledger, table).await, [1, 2, 3, 4]);
    }
}

/// The other process. On its own it opens a schema of its own.
#[tokio::test]
async fn worker() {
    let schema = std::env::var(SCHEMA).map_or_else(|_| new_schema(), |name| name.parse().unwrap());
    if std::env::var_os(SCHEMA).is_some() {
        // All start together: their parent closes the pipe when all are ready.
        writeln!(std::io::stdout().lock(), "\nready").unwrap();
        std::io::stdin().lines().for_each(drop);
    }
    let options = PostgresLedger::options().schema(schema);
    let ledger = options.open(&url()).await.unwrap();
    let order = format!("ORDER{}", std::process::id());
    granted(claim_of(&ledger, &order).await.unwrap());
}

fn start(schema: &SchemaName) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "opening::worker", "--nocapture"])
        .env(SCHEMA, schema.as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Starts workers that open the schema at the same moment.
pub(crate) fn processes_open_together(schema: &SchemaName, count: u32) {
    let mut workers: Vec<_> = (0..count).map(|_| start(schema)).collect();
    let mut outputs = Vec::new();
    for worker in &mut workers {
        let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
        let ready = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line == "ready");
        assert!(ready);
        outputs.push(lines);
    }
    let go: Vec<_> = workers
        .iter_mut()
        .map(|worker| worker.stdin.take())
        .collect();
    drop(go);
    for (mut worker, output) in workers.into_iter().zip(outputs) {
        let said: Vec<_> = output.map_while(Result::ok).collect();
        assert!(worker.wait().unwrap().success(), "{said:#?}");
    }
}

#[test]
fn processes_that_open_a_new_schema_together_all_succeed() {
    for _ in 0..3 {
        processes_open_together(&new_schema(), 4);
    }
}

#[tokio::test]
async fn two_prefixes_in_one_schema_do_not_meet() {
    let shop = Schema::new().await.unwrap();
    for prefix in ["a_", "b_", "_"] {
        let prefix: TablePrefix = prefix.parse().unwrap();
        let ledger = shop.options().prefix(prefix).open(&url()).await.unwrap();
        hold(&ledger, LEASE).await;
    }
    hold(&shop.ledger, LEASE).await;
}

#[tokio::test]
async fn a_pool_made_elsewhere_is_used_with_its_search_path() {
    let shop = Schema::new().await.unwrap();
    let options: PgConnectOptions = url().parse().unwrap();
    let options = options.options([("search_path", shop.name.as_str())]);
    let pool = PgPoolOptions::new().connect_with(options).await.unwrap();
    let prefix = TablePrefix::default();
    let ledger = PostgresLedger::from_pool(pool, &prefix).await.unwrap();
    let lease = hold(&ledger, LEASE).await;
    let _settled = shop.ledger.settle(&lease).await.unwrap();
    assert_eq!(claim(&ledger, LEASE).await, Claim::Duplicate);
    ledger.close().await;
    assert!(claim_of(&ledger, "X").await.is_err());
    assert!(ledger.begin().await.is_err());
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let shop = Schema::new().await.unwrap();
    let table = shop.table("paid_once_schema");
    let newer = format!("INSERT INTO {table} (version, applied_at) VALUES (7, now())");
    shop.execute(&newer).await;
    let error = shop.node().await.unwrap_err();
    let error = error.downcast::<OpenError>().unwrap();
    assert!(
        matches!(*error, OpenError::NewerSchema { found: 7, known: 4 }),
        "{error}"
    );
    // The ledger that was open goes on: nothing was changed.
    hold(&shop.ledger, LEASE).await;
}

/// A careful owner makes the tables as another user; the shop's user may only read and write.
#[tokio::test]
async fn a_user_without_the_right_to_create_opens_tables_that_are_there() {
    let shop = Schema::new().await.unwrap();
    let (schema, user) = (&shop.name, format!("user_{}", shop.name));
    shop.execute(&format!("CREATE ROLE {user} LOGIN")).await;
    shop.execute(&format!("GRANT USAGE ON SCHEMA {schema} TO {user}"))
        .await;
    shop.execute(&format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {user}"
    ))
    .await;
    let url = url().replace("postgres@", &format!("{user}@"));
    let ledger = shop.options().open(&url).await.unwrap();
    hold(&ledger, LEASE).await;
    let refused = PostgresLedger::options()
        .schema(new_schema())
        .open(&url)
        .await;
    assert!(matches!(refused, Err(OpenError::Server(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_with_its_cause_and_without_the_password() {
    for url in [
        "postgres://shop:open-sesame@127.0.0.1:1/shop",
        "postgres://shop:open-sesame@127.0.0.1:99999/shop",
        "mysql//shop:open-sesame@127.0.0.1/shop",
    ] {
        let error = PostgresLedger::connect(url).await.unwrap_err();
        assert!(matches!(error, OpenError::Server(_)), "{error}");
        let cause = error.source().unwrap().to_string();
        for text in [format!("{error:?}"), error.to_string(), cause] {
            assert!(!text.contains("open-sesame"), "{text}");
        }
    }
}
