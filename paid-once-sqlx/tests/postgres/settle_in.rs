//! The shop's own writes and the settlement share one transaction.

use std::error::Error as _;
use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::{Claim, HandlerFailure, OrderStore as _, Settled};
use paid_once_sqlx::sqlx::postgres::PgConnection;

use crate::schema::{LEASE, Schema, claim, hold};

#[tokio::test]
async fn a_commit_settles_and_keeps_the_receipt() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    // Nobody sees half of it.
    assert_eq!(shop.receipts().await, 0);
    transaction.commit().await.unwrap();
    assert_eq!(shop.receipts().await, 1);
    assert_eq!(claim(ledger, LEASE).await, Claim::Duplicate);
    // What the gate does after the handler.
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    assert_eq!(claim(ledger, LEASE).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_rollback_leaves_the_lease_unsettled_and_held() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    for dropped in [false, true] {
        let mut transaction = ledger.begin().await.unwrap();
        shop.write_receipt(&mut transaction).await;
        let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
        assert_eq!(settled, Settled::Now);
        if dropped {
            drop(transaction);
        } else {
            transaction.rollback().await.unwrap();
        }
        assert_eq!(shop.receipts().await, 0);
        let second = claim(ledger, LEASE).await;
        assert!(matches!(second, Claim::InProgress { .. }), "{second:?}");
    }
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn a_second_try_of_the_same_delivery_is_told_already() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let _now = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    transaction.commit().await.unwrap();

    let mut again = ledger.begin().await.unwrap();
    shop.write_receipt(&mut again).await;
    let settled = ledger.settle_in(&mut again, &lease).await.unwrap();
    assert_eq!(settled, Settled::Already);
    again.rollback().await.unwrap();
    assert_eq!(shop.receipts().await, 1);
}

#[tokio::test]
async fn a_lease_that_was_taken_over_is_lost_in_the_transaction_too() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let stale = hold(ledger, Duration::from_millis(20)).await;
    let holder = eventually("the lease runs out", || async {
        match claim(ledger, LEASE).await {
            Claim::Granted(lease) => Some(lease),
            _ => None,
        }
    })
    .await;
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &stale).await.unwrap();
    assert_eq!(settled, Settled::Lost);
    transaction.rollback().await.unwrap();
    assert_eq!(shop.receipts().await, 0);
    assert_eq!(ledger.settle(&holder).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn without_a_transaction_nothing_is_settled() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    let connection: &mut PgConnection = &mut ledger.pool().acquire().await.unwrap();
    let error = ledger.settle_in(connection, &lease).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("PostgresLedger::begin"), "{cause}");
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

/// Deliveries of the same payment neither wait for the handler's transaction nor hold connections.
#[tokio::test]
async fn an_open_transaction_holds_other_deliveries_off_and_not_up() {
    let shop = Schema::with_receipts().await;
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let meanwhile = claim(ledger, LEASE).await;
    assert!(
        matches!(meanwhile, Claim::InProgress { .. }),
        "{meanwhile:?}"
    );
    transaction.commit().await.unwrap();
    assert_eq!(claim(ledger, LEASE).await, Claim::Duplicate);
}

/// The lease ran out while the handler's transaction settles: the next claim waits for the decision,
/// and its own lease is as long as was asked, however long it waited.
#[tokio::test]
async fn a_claim_after_expiry_waits_for_the_transaction_that_settles() {
    for committed in [true, false] {
        let shop = Schema::with_receipts().await;
        let ledger = &shop.ledger;
        let lease = hold(ledger, Duration::from_millis(20)).await;
        let mut transaction = ledger.begin().await.unwrap();
        shop.write_receipt(&mut transaction).await;
        let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
        assert_eq!(settled, Settled::Now);

        let other = shop.node().await.unwrap();
        let asked = Duration::from_secs(5);
        let waiting = tokio::spawn(async move {
            // Until the lease has run out it is told to wait; after that the call itself waits.
            eventually("the claim is decided", || async {
                match claim(&other, asked).await {
                    Claim::InProgress { .. } => None,
                    decided => Some(decided),
                }
            })
            .await
        });
        shop.somebody_waits_for_a_lock().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        if committed {
            transaction.commit().await.unwrap();
            assert_eq!(waiting.await.unwrap(), Claim::Duplicate);
            assert_eq!(shop.receipts().await, 1);
        } else {
            transaction.rollback().await.unwrap();
            let taken_over = crate::schema::granted(waiting.await.unwrap());
            assert_eq!(taken_over.attempt(), 2);
            match claim(ledger, LEASE).await {
                Claim::InProgress { retry_after } => {
                    let waited = asked.saturating_sub(retry_after);
                    assert!(waited < Duration::from_millis(250), "{retry_after:?}");
                }
                other => panic!("in progress, not {other:?}"),
            }
            assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Lost);
        }
    }
}
