//! A full disk is an error, and what was answered before it stays.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::error::Error as _;
use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Lease, Money, OrderKey, OrderStore as _, Payment, ReviewReason,
    Settled,
};
use paid_once_sqlx::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use paid_once_sqlx::{SqliteLedger, TablePrefix, sqlx};

const LEASE: Duration = Duration::from_mins(10);

fn payment(index: u32) -> Payment {
    let order = OrderKey::new("100001", format!("{}{index}", "ORDER".repeat(40))).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

/// The file may not grow past `pages`: SQLite then answers as it does on a full disk.
async fn opened(path: &std::path::Path, pages: &'static str) -> SqliteLedger {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .pragma("max_page_count", pages);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    SqliteLedger::from_pool(pool, &TablePrefix::default())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    SqliteLedger::connect(&path).await.unwrap().close().await;
    let ledger = opened(&path, "40").await;

    let mut leases: Vec<Lease> = Vec::new();
    let error = loop {
        let payment = payment(u32::try_from(leases.len()).unwrap());
        match ledger.claim(&payment, Claimant::unique(), LEASE).await {
            Ok(Claim::Granted(lease)) => leases.push(lease),
            Ok(other) => panic!("granted or full, not {other:?}"),
            Err(error) => break error,
        }
        assert!(leases.len() < 10_000, "the disk never fills");
    };
    assert!(leases.len() > 20, "{}", leases.len());
    assert!(
        error.source().unwrap().to_string().contains("full"),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "the order store is unavailable");
    let refused = payment(u32::try_from(leases.len()).unwrap());

    // Fill what is left, so that reviews fail too.
    let mut index = 1_000_000;
    while ledger
        .review(&payment(index), ReviewReason::UnknownOrder)
        .await
        .is_ok()
    {
        index += 1;
    }
    ledger.close().await;

    let ledger = opened(&path, "100000").await;
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(ledger.pool())
        .await
        .unwrap();
    assert_eq!(check, "ok");
    for (index, lease) in (0..).zip(&leases) {
        let claim = ledger
            .claim(&payment(index), Claimant::unique(), LEASE)
            .await
            .unwrap();
        assert!(matches!(claim, Claim::InProgress { .. }), "{claim:?}");
        assert_eq!(ledger.settle(lease).await.unwrap(), Settled::Now);
    }
    // The claim that failed left nothing behind.
    match ledger
        .claim(&refused, Claimant::unique(), LEASE)
        .await
        .unwrap()
    {
        Claim::Granted(lease) => assert_eq!(lease.attempt(), 1),
        other => panic!("granted, not {other:?}"),
    }
}

/// The commit fails, not the statement: a deferred constraint of the shop's own tables. A claim
/// must not be granted then.
#[tokio::test]
async fn a_claim_whose_commit_fails_is_not_granted() {
    let ledger = SqliteLedger::in_memory().await.unwrap();
    for sql in [
        "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT",
        "CREATE TABLE children (parent INTEGER NOT NULL
            REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
        "CREATE TRIGGER spoil AFTER INSERT ON paid_once_orders
            BEGIN INSERT INTO children (parent) VALUES (1); END",
    ] {
        sqlx::query(sql).execute(ledger.pool()).await.unwrap();
    }
    let spoiled = ledger.claim(&payment(1), Claimant::unique(), LEASE).await;
    assert!(spoiled.is_err(), "{spoiled:?}");
    sqlx::query("DROP TRIGGER spoil")
        .execute(ledger.pool())
        .await
        .unwrap();
    match ledger
        .claim(&payment(1), Claimant::unique(), LEASE)
        .await
        .unwrap()
    {
        Claim::Granted(lease) => assert_eq!(lease.attempt(), 1),
        other => panic!("granted, not {other:?}"),
    }
}

/// A transaction that SQLite itself ends because the disk is full must not spoil the connection.
#[tokio::test]
async fn a_disk_that_is_full_in_a_transaction_leaves_the_ledger_usable() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&path).await.unwrap();
    sqlx::query("CREATE TABLE notes (text TEXT) STRICT")
        .execute(ledger.pool())
        .await
        .unwrap();
    let mut transaction = ledger.begin().await.unwrap();
    sqlx::query("PRAGMA max_page_count = 40")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let filled = sqlx::query("INSERT INTO notes (text) VALUES (hex(zeroblob(1000000)))")
        .execute(&mut *transaction)
        .await;
    assert!(filled.unwrap_err().to_string().contains("full"));
    drop(transaction);

    let Claim::Granted(lease) = ledger
        .claim(&payment(1), Claimant::unique(), LEASE)
        .await
        .unwrap()
    else {
        panic!("the order is free");
    };
    let mut transaction = ledger.begin().await.unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    transaction.commit().await.unwrap();
}
