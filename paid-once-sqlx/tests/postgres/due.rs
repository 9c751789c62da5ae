//! When an order is due, as the table has it.

use paid_once::{Expected, HandlerFailure, NewOrder, Opened, OrderLedger as _, OrderStore as _};
use paid_once_sqlx::sqlx::{self, AssertSqlSafe};

use crate::schema::{LEASE, Schema, hold, payment};

impl Schema {
    async fn seconds_until_due(&self) -> f64 {
        let left = format!(
            "SELECT extract(epoch FROM due_at - clock_timestamp())::float8 FROM {}",
            self.table("paid_once_orders")
        );
        let left = sqlx::query_scalar(AssertSqlSafe(left));
        left.fetch_one(self.ledger.pool()).await.unwrap()
    }
}

/// Later failures bring nothing forward: by then the reconciler says when.
#[tokio::test]
async fn the_first_failure_makes_an_order_due_within_a_minute() {
    let schema = Schema::new().await.unwrap();
    let (ledger, order) = (&schema.ledger, payment().order);
    let new = NewOrder::new(order.clone(), Expected::Unknown).with_inquire_after(LEASE);
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
    assert!(schema.seconds_until_due().await > 100.0);
    let lease = hold(ledger, LEASE).await;
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    let seconds = schema.seconds_until_due().await;
    assert!((50.0..=61.0).contains(&seconds), "{seconds}");
    ledger.postpone(&order, LEASE).await.unwrap();
    let lease = hold(ledger, LEASE).await;
    ledger
        .release(&lease, HandlerFailure::Panicked)
        .await
        .unwrap();
    assert!(schema.seconds_until_due().await > 100.0);
}
