//! A file that an older version wrote, opened by this one.

use std::path::{Path, PathBuf};

use paid_once_sqlx::sqlx::Connection as _;
use paid_once_sqlx::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use paid_once_sqlx::{SqliteLedger, sqlx};
use tempfile::TempDir;

use crate::processes::work_together;
use crate::{version_1, version_2};

const VERSION_1: &str = include_str!("../data/version_1_sqlite.sql");

/// One order is younger than the file.
const YOUNG: &str = "UPDATE paid_once_orders SET opened_at = (unixepoch() - 600) * 1000
     WHERE order_id = 'YOUNG'";

/// What made version 2 of it.
const VERSION_2: &str = include_str!("../../src/sqlite/migrations/0002_due_owed_closed.sql");

/// What made version 3 of that.
const VERSION_3: &str =
    include_str!("../../src/sqlite/migrations/0003_review_queue_refunds_prices.sql");

/// A file of version 1.
async fn file() -> (TempDir, PathBuf) {
    file_after(&[VERSION_1, YOUNG]).await
}

/// A file on which this was done.
async fn file_after(done: &[&str]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let options = SqliteConnectOptions::new().filename(&path);
    let options = options.create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    for sql in done {
        let sql = sqlx::AssertSqlSafe(sql.replace("{prefix}", "paid_once_"));
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    (directory, path)
}

async fn opened(path: &Path) -> SqliteLedger {
    SqliteLedger::connect(path).await.unwrap()
}

#[tokio::test]
async fn two_processes_bring_an_old_file_up_to_date_and_work_on_it() {
    let (_directory, path) = file().await;
    work_together(&path, &["A", "B"], 2);
    let ledger = opened(&path).await;
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM paid_once_schema")
        .fetch_all(ledger.pool())
        .await
        .unwrap();
    assert_eq!(versions, [1, 2, 3, 4], "each migration ran once");
    version_1::every_order_is_there_in_its_state(&ledger).await;
}

#[tokio::test]
async fn open_orders_become_due_and_an_old_backlog_is_spread_over_a_day() {
    let (_directory, path) = file().await;
    let ledger = opened(&path).await;
    let due_in: Vec<(String, i64)> = sqlx::query_as(
        "SELECT order_id, due_at - unixepoch() * 1000 FROM paid_once_orders
         WHERE due_at IS NOT NULL",
    )
    .fetch_all(ledger.pool())
    .await
    .unwrap();
    version_1::open_orders_become_due_within_a_day(&due_in);
    version_1::due_orders_are_taken(&ledger).await;
}

#[tokio::test]
async fn every_payment_is_answered_as_its_order_stands() {
    let (_directory, path) = file().await;
    version_1::every_payment_is_answered_as_its_order_stands(&opened(&path).await).await;
}

#[tokio::test]
async fn carts_are_kept_as_long_as_they_should() {
    let (_directory, path) = file().await;
    version_1::carts_are_kept_as_long_as_they_should(&opened(&path).await).await;
}

#[tokio::test]
async fn what_is_owed_or_pending_is_not_purged() {
    let (_directory, path) = file().await;
    version_1::what_is_owed_or_pending_is_not_purged(&opened(&path).await).await;
}

#[tokio::test]
async fn a_paid_order_that_was_left_due_is_taken_once() {
    let (_directory, path) = file().await;
    let ledger = opened(&path).await;
    sqlx::query("UPDATE paid_once_orders SET due_at = 0 WHERE order_id = 'PAID'")
        .execute(ledger.pool())
        .await
        .unwrap();
    version_1::a_paid_order_that_was_left_due_is_taken_once(&ledger).await;
}

#[tokio::test]
async fn reviews_of_version_2_are_worked_like_new_ones() {
    let reviews = version_2::REVIEWS.map(|total| {
        format!(
            "INSERT INTO paid_once_reviews (merchant, order_id, reason, total, currency, first_seen)
             VALUES ('100001', 'PAID', 'conflict', {total}, 1)"
        )
    });
    let version = "INSERT INTO paid_once_schema VALUES (2, 0)";
    let [failure, success] = &reviews;
    let done = [VERSION_1, VERSION_2, version, failure, success];
    let (_directory, path) = file_after(&done).await;
    version_2::old_reviews_are_worked_like_new_ones(&opened(&path).await).await;
}

#[tokio::test]
async fn orders_of_version_3_are_moved_with_all_they_have() {
    // A value of its own in each column of the second order, as far as its rules allow.
    let orders = "INSERT INTO paid_once_orders
            (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, session, cart_key,
             cart_fingerprint, lease_claimant, lease_until, lease_total, lease_currency, unsettled_claims, fence,
             paid_by, paid_at, paid_total, paid_currency, failed_by, failed_at, undelivered_since, last_failure,
             due_at, taken, closed_at)
        VALUES
            ('100001', 'ALL_NULL', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0,
             NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL),
            ('100001', 'ALL_SET', 101, 'at_least', 102, 'USD', 'test', 's', 'k', x'01',
             x'000102030405060708090a0b0c0d0e0f', 103, 104, 'EUR', 105, 106, x'02', 107, 108, 'GBP', x'03', 109, 110,
             'panicked', 111, 112, 113)";
    let version = "INSERT INTO paid_once_schema VALUES (2, 0), (3, 0)";
    let done = [VERSION_1, VERSION_2, VERSION_3, version, orders];
    let (_directory, path) = file_after(&done).await;
    let mut before = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path))
        .await
        .unwrap();
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('paid_once_orders') ORDER BY name")
            .fetch_all(&mut before)
            .await
            .unwrap();
    assert_eq!(columns.len(), 27);
    let quoted = columns.iter().map(|name| format!("quote({name})"));
    let all = format!(
        "SELECT concat_ws(',', {}) FROM paid_once_orders ORDER BY order_id",
        quoted.collect::<Vec<_>>().join(", ")
    );
    let all = || sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(all.clone()));
    let orders = all().fetch_all(&mut before).await.unwrap();
    assert_eq!(orders.len(), 15);
    before.close().await.unwrap();

    let ledger = opened(&path).await;
    let moved = all().fetch_all(ledger.pool()).await.unwrap();
    assert_eq!(moved, orders);
}

#[tokio::test]
async fn an_old_and_a_new_file_have_the_same_tables_and_indexes() {
    let (directory, path) = file().await;
    let mut made = Vec::new();
    for path in [&path, &directory.path().join("new.db")] {
        let ledger = opened(path).await;
        let schema = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
        let schema: Vec<String> = sqlx::query_scalar(schema)
            .fetch_all(ledger.pool())
            .await
            .unwrap();
        made.push(schema);
    }
    assert_eq!(made[0], made[1]);
}
