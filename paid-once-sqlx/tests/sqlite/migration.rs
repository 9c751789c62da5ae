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
    assert_eq!(versions, [1, 2, 3], "each migration ran once");
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
