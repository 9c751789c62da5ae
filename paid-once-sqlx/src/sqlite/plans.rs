//! No statement reads a whole table, however many orders there are.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::sync::Arc;

use sqlx::Row as _;

use super::{SqliteLedger, query};

async fn plan(ledger: &SqliteLedger, sql: &Arc<str>) -> Vec<String> {
    let explain: Arc<str> = format!("EXPLAIN QUERY PLAN {sql}").into();
    let rows = query(&explain).fetch_all(ledger.pool()).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let ledger = SqliteLedger::in_memory().await.unwrap();
    let statements = ledger.statements.clone();
    for (sql, index) in [
        (&statements.claim, None),
        (&statements.claim_and_make_due, None),
        (&statements.standing, Some("PRIMARY KEY")),
        (&statements.settle, Some("PRIMARY KEY")),
        (&statements.settled_by, Some("PRIMARY KEY")),
        (&statements.release, Some("PRIMARY KEY")),
        (&statements.review, None),
        (&statements.cart_holder, Some("paid_once_orders_cart")),
        (&statements.free_cart, Some("paid_once_orders_cart")),
        (&statements.open, None),
        (&statements.attach_session, Some("PRIMARY KEY")),
        (&statements.abandon, Some("PRIMARY KEY")),
        (&statements.set_expected, None),
        (&statements.expected, Some("PRIMARY KEY")),
        (&statements.get, Some("PRIMARY KEY")),
        (&statements.take_due, Some("paid_once_orders_due")),
        (&statements.due_orders, Some("paid_once_orders_due")),
        (&statements.postpone, Some("PRIMARY KEY")),
        (&statements.hurry, Some("PRIMARY KEY")),
        (&statements.close, Some("PRIMARY KEY")),
        (
            &statements.undelivered,
            Some("paid_once_orders_undelivered"),
        ),
        (&statements.purge_paid, Some("paid_once_orders_paid")),
        (&statements.purge_unpaid, Some("paid_once_orders_unpaid")),
    ] {
        let plan = plan(&ledger, sql).await;
        for step in &plan {
            assert!(!step.starts_with("SCAN"), "{sql}\n{plan:#?}");
            assert!(!step.contains("TEMP B-TREE"), "{sql}\n{plan:#?}");
        }
        if let Some(index) = index {
            let used = plan.iter().any(|step| step.contains(index));
            assert!(used, "{sql}\n{plan:#?}");
        }
    }
    // The newest reviews are read from the end of the table, as far as the limit goes.
    assert_eq!(
        plan(&ledger, &statements.reviews).await,
        ["SCAN paid_once_reviews"]
    );
}
