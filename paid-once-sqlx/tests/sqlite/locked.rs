//! A database that somebody else is writing to.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, ExpectedAmount as _, HandlerFailure, Lease, Money, OrderKey,
    OrderLedger as _, OrderStore as _, Payment, Retention, ReviewReason, Settled,
};
use paid_once_sqlx::SqliteLedger;

const LEASE: Duration = Duration::from_mins(10);
const AT_ONCE: Retention = Retention {
    paid: Duration::ZERO,
    unpaid: Duration::ZERO,
};

fn payment() -> Payment {
    let order = OrderKey::new("100001", "ORDER1").unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

async fn claim(ledger: &SqliteLedger) -> Claim {
    ledger
        .claim(&payment(), Claimant::unique(), LEASE)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_writer_that_takes_too_long_makes_errors_and_no_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let other = SqliteLedger::connect(&path).await.unwrap();
    let impatient = SqliteLedger::options().busy_timeout(Duration::from_millis(30));
    let ledger = impatient.open(&path).await.unwrap();
    let order = payment().order;

    let writing = other.begin().await.unwrap();
    let made_up = Lease::new(order.clone(), Claimant::unique(), 1, 1);
    assert!(
        ledger
            .claim(&payment(), Claimant::unique(), LEASE)
            .await
            .is_err()
    );
    assert!(ledger.settle(&made_up).await.is_err());
    assert!(
        ledger
            .release(&made_up, HandlerFailure::Error)
            .await
            .is_err()
    );
    assert!(
        ledger
            .review(&payment(), ReviewReason::Conflict)
            .await
            .is_err()
    );
    assert!(ledger.begin().await.is_err());
    assert!(ledger.purge(AT_ONCE, 1).await.is_err());
    // Reading goes on.
    assert!(ledger.expected_amount(&order).await.is_ok());
    assert!(ledger.get(&order).await.is_ok());
    writing.rollback().await.unwrap();

    let Claim::Granted(lease) = claim(&ledger).await else {
        panic!("the order is free");
    };
    assert_eq!(lease.attempt(), 1);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(claim(&other).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_closed_ledger_answers_with_errors() {
    let ledger = SqliteLedger::in_memory().await.unwrap();
    ledger.close().await;
    assert!(
        ledger
            .claim(&payment(), Claimant::unique(), LEASE)
            .await
            .is_err()
    );
    assert!(ledger.get(&payment().order).await.is_err());
}
