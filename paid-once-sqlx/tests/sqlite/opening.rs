//! How a ledger is opened, and when it refuses to be.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Expected, Money, NewOrder, Opened, OrderKey, OrderLedger,
    OrderStore as _, Payment,
};
use paid_once_sqlx::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use paid_once_sqlx::{OpenError, SqliteLedger, TablePrefix, sqlx};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const LEASE: Duration = Duration::from_mins(10);

fn payment() -> Payment {
    let order = OrderKey::new("100001", "ORDER1").unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

async fn is_free(ledger: &SqliteLedger) -> bool {
    let claim = ledger.claim(&payment(), Claimant::unique(), LEASE).await;
    matches!(claim.unwrap(), Claim::Granted(_))
}

#[tokio::test]
async fn opening_again_keeps_what_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let first = SqliteLedger::connect(&path).await.unwrap();
    assert!(is_free(&first).await);
    let second = SqliteLedger::connect(&path).await.unwrap();
    assert!(!is_free(&second).await);
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM paid_once_schema")
        .fetch_all(second.pool())
        .await
        .unwrap();
    assert_eq!(versions, [1, 2, 3, 4], "each migration ran once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_openings_of_a_new_file_at_once_all_succeed() {
    for _ in 0..10 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("orders.db");
        let start = Arc::new(Barrier::new(16));
        let mut openings = JoinSet::new();
        for _ in 0..16 {
            let (path, start) = (path.clone(), start.clone());
            openings.spawn(async move {
                start.wait().await;
                SqliteLedger::connect(&path).await.map(drop)
            });
        }
        while let Some(opened) = openings.join_next().await {
            opened.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn every_connection_is_durable() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::connect(directory.path().join("orders.db"))
        .await
        .unwrap();
    let mut connections = Vec::new();
    for _ in 0..4 {
        let mut connection = ledger.pool().acquire().await.unwrap();
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert_eq!(mode, "wal");
        for (pragma, value) in [
            ("PRAGMA synchronous", 2),
            ("PRAGMA busy_timeout", 5_000),
            ("PRAGMA foreign_keys", 1),
        ] {
            let found: i64 = sqlx::query_scalar(pragma)
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            assert_eq!(found, value, "{pragma}");
        }
        connections.push(connection);
    }
    let mut writing = ledger.begin().await.unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&mut *writing)
        .await
        .unwrap();
    assert_eq!(synchronous, 2);
}

#[tokio::test]
async fn two_prefixes_in_one_file_do_not_meet() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    for prefix in ["a_", "b_", "_"] {
        let prefix: TablePrefix = prefix.parse().unwrap();
        let options = SqliteLedger::options().prefix(prefix.clone());
        let ledger = options.open(&path).await.unwrap();
        assert!(is_free(&ledger).await, "{prefix}");
        assert!(!is_free(&ledger).await, "{prefix}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&path).await.unwrap();
    sqlx::query("INSERT INTO paid_once_schema (version, applied_at) VALUES (7, 0)")
        .execute(ledger.pool())
        .await
        .unwrap();
    let error = SqliteLedger::connect(&path).await.unwrap_err();
    assert!(
        matches!(error, OpenError::NewerSchema { found: 7, known: 4 }),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "the tables have schema version 7, this version knows 4 at most: \
         update paid-once-sqlx, or use another database or table prefix"
    );
    // The ledger that was open goes on: nothing was changed.
    assert!(is_free(&ledger).await);
}

/// As where the file belongs to another user. To be told by the first claim would be too late.
#[tokio::test]
async fn a_file_that_can_only_be_read_is_refused_when_it_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let owner = SqliteLedger::connect(&path).await.unwrap();
    let read_only = SqliteConnectOptions::new().filename(&path).read_only(true);
    let pool = SqlitePoolOptions::new()
        .connect_with(read_only)
        .await
        .unwrap();
    let opened = SqliteLedger::from_pool(pool, &TablePrefix::default()).await;
    let error = opened.unwrap_err();
    assert!(error.to_string().contains("can be written"), "{error}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("readonly"), "{cause}");
    assert!(is_free(&owner).await);
}

#[tokio::test]
async fn a_missing_folder_is_an_error_with_its_cause() {
    let directory = tempfile::tempdir().unwrap();
    let error = SqliteLedger::connect(directory.path().join("missing/orders.db"))
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Database(_)), "{error}");
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("unable to open database file")
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error_and_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let text = "not a database, but somebody's notes ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    assert!(SqliteLedger::connect(&path).await.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_path_that_means_memory_is_refused() {
    // Each connection would have a database of its own.
    let error = SqliteLedger::connect(":memory:").await.unwrap_err();
    assert!(
        matches!(error, OpenError::NoWriteAheadLog { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_pool_of_the_shop_is_used() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(directory.path().join("shop.db"))
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .connect_with(options)
        .await
        .unwrap();
    let prefix = "shop_".parse().unwrap();
    let ledger = SqliteLedger::from_pool(pool.clone(), &prefix)
        .await
        .unwrap();
    assert!(is_free(&ledger).await);
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM shop_orders")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(orders, 1);
}

#[tokio::test]
async fn an_amount_that_does_not_fit_is_an_error_and_not_cut() {
    let ledger = SqliteLedger::in_memory().await.unwrap();
    let order = OrderKey::new("100001", "ORDER1").unwrap();
    let too_much = Money::new(u64::MAX, Currency::TRY);
    let paid = Payment::paid(order.clone(), too_much);
    assert!(
        ledger
            .claim(&paid, Claimant::unique(), LEASE)
            .await
            .is_err()
    );
    let new = NewOrder::new(order.clone(), Expected::Exactly(too_much));
    assert!(OrderLedger::open(&ledger, new.clone()).await.is_err());
    assert!(ledger.set_expected(&order, new.expected).await.is_err());
    assert_eq!(ledger.get(&order).await.unwrap(), None);
    let affordable = NewOrder::new(order, Expected::Unknown);
    assert_eq!(
        OrderLedger::open(&ledger, affordable).await.unwrap(),
        Opened::New
    );
}
