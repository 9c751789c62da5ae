//! The shop's own writes and the settlement share one transaction.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::error::Error as _;
use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::{
    Claim, Claimant, Currency, HandlerFailure, Lease, Money, OrderKey, OrderStore as _, Payment,
    Settled,
};
use paid_once_sqlx::{SqliteLedger, sqlx};
use sqlx::sqlite::SqliteConnection;

const LEASE: Duration = Duration::from_mins(10);

fn payment() -> Payment {
    let order = OrderKey::new("100001", "ORDER1").unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

async fn shop() -> (tempfile::TempDir, SqliteLedger) {
    let directory = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::connect(directory.path().join("shop.db"))
        .await
        .unwrap();
    sqlx::query("CREATE TABLE receipts (order_id TEXT NOT NULL) STRICT")
        .execute(ledger.pool())
        .await
        .unwrap();
    (directory, ledger)
}

async fn claim(ledger: &SqliteLedger, lease_for: Duration) -> Claim {
    ledger
        .claim(&payment(), Claimant::unique(), lease_for)
        .await
        .unwrap()
}

async fn hold(ledger: &SqliteLedger, lease_for: Duration) -> Lease {
    match claim(ledger, lease_for).await {
        Claim::Granted(lease) => lease,
        other => panic!("granted, not {other:?}"),
    }
}

async fn write_receipt(connection: &mut SqliteConnection) {
    sqlx::query("INSERT INTO receipts (order_id) VALUES ('ORDER1')")
        .execute(connection)
        .await
        .unwrap();
}

async fn receipts(ledger: &SqliteLedger) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM receipts")
        .fetch_one(ledger.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_commit_settles_and_keeps_the_receipt() {
    let (_directory, ledger) = shop().await;
    let lease = hold(&ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    // Nobody sees half of it.
    assert_eq!(receipts(&ledger).await, 0);
    transaction.commit().await.unwrap();
    assert_eq!(receipts(&ledger).await, 1);
    assert_eq!(claim(&ledger, LEASE).await, Claim::Duplicate);
    // What the gate does after the handler.
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    assert_eq!(claim(&ledger, LEASE).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_rollback_leaves_the_lease_unsettled_and_held() {
    let (_directory, ledger) = shop().await;
    let lease = hold(&ledger, LEASE).await;
    for dropped in [false, true] {
        let mut transaction = ledger.begin().await.unwrap();
        write_receipt(&mut transaction).await;
        let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
        assert_eq!(settled, Settled::Now);
        if dropped {
            drop(transaction);
        } else {
            transaction.rollback().await.unwrap();
        }
        assert_eq!(receipts(&ledger).await, 0);
        let second = claim(&ledger, LEASE).await;
        assert!(matches!(second, Claim::InProgress { .. }), "{second:?}");
    }
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn a_second_try_of_the_same_delivery_is_told_already() {
    let (_directory, ledger) = shop().await;
    let lease = hold(&ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    write_receipt(&mut transaction).await;
    let _now = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    transaction.commit().await.unwrap();

    let mut again = ledger.begin().await.unwrap();
    write_receipt(&mut again).await;
    let settled = ledger.settle_in(&mut again, &lease).await.unwrap();
    assert_eq!(settled, Settled::Already);
    again.rollback().await.unwrap();
    assert_eq!(receipts(&ledger).await, 1);
}

#[tokio::test]
async fn a_lease_that_was_taken_over_is_lost_in_the_transaction_too() {
    let (_directory, ledger) = shop().await;
    let stale = hold(&ledger, Duration::from_millis(20)).await;
    let holder = eventually("the lease runs out", || async {
        match claim(&ledger, LEASE).await {
            Claim::Granted(lease) => Some(lease),
            _ => None,
        }
    })
    .await;
    let mut transaction = ledger.begin().await.unwrap();
    write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &stale).await.unwrap();
    assert_eq!(settled, Settled::Lost);
    transaction.rollback().await.unwrap();
    assert_eq!(receipts(&ledger).await, 0);
    assert_eq!(ledger.settle(&holder).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn without_a_transaction_nothing_is_settled() {
    let (_directory, ledger) = shop().await;
    let lease = hold(&ledger, LEASE).await;
    let mut connection = ledger.pool().acquire().await.unwrap();
    let error = ledger.settle_in(&mut connection, &lease).await.unwrap_err();
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("SqliteLedger::begin")
    );
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn an_open_transaction_holds_other_deliveries_off_and_not_up() {
    let (_directory, ledger) = shop().await;
    let lease = hold(&ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let other = ledger.clone();
    let waiting = tokio::spawn(async move { claim(&other, LEASE).await });
    // Pages can be read while the transaction is open.
    assert_eq!(receipts(&ledger).await, 0);
    transaction.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Claim::Duplicate);
}
