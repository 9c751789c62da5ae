//! When an order is due, as the table has it.

use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Expected, HandlerFailure, Lease, Money, NewOrder, Opened, OrderKey,
    OrderLedger as _, OrderStore as _, Payment,
};
use paid_once_sqlx::{SqliteLedger, sqlx};

const LONG: Duration = Duration::from_mins(10);

async fn hold(ledger: &SqliteLedger, payment: &Payment) -> Lease {
    match ledger.claim(payment, Claimant::unique(), LONG).await {
        Ok(Claim::Granted(lease)) => lease,
        other => panic!("granted, not {other:?}"),
    }
}

async fn seconds_until_due(ledger: &SqliteLedger) -> f64 {
    let left = "SELECT due_at / 1000.0 - unixepoch('subsec') FROM paid_once_orders";
    let left = sqlx::query_scalar(left);
    left.fetch_one(ledger.pool()).await.unwrap()
}

/// Later failures bring nothing forward: by then the reconciler says when.
#[tokio::test]
async fn the_first_failure_makes_an_order_due_within_a_minute() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&path).await.unwrap();
    let order = OrderKey::new("100001", "ORDER1").unwrap();
    let payment = Payment::paid(order.clone(), Money::new(3_456, Currency::TRY));
    let new = NewOrder::new(order.clone(), Expected::Unknown).with_inquire_after(LONG);
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
    assert!(seconds_until_due(&ledger).await > 100.0);
    let lease = hold(&ledger, &payment).await;
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    let seconds = seconds_until_due(&ledger).await;
    assert!((50.0..=61.0).contains(&seconds), "{seconds}");
    ledger.postpone(&order, LONG).await.unwrap();
    let lease = hold(&ledger, &payment).await;
    ledger
        .release(&lease, HandlerFailure::Panicked)
        .await
        .unwrap();
    assert!(seconds_until_due(&ledger).await > 100.0);
}
