//! No statement reads a whole table, however many orders there are.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::sync::Arc;

use sqlx::Row as _;

use super::SqliteLedger;
use super::query::query;

/// The index of the primary key.
const OF_ORDER: &str = "sqlite_autoindex_paid_once_orders_1 (merchant=? AND order_id=?";

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
        (&statements.standing, Some(OF_ORDER)),
        (&statements.settle, Some(OF_ORDER)),
        (&statements.settled_by, Some(OF_ORDER)),
        (&statements.release, Some(OF_ORDER)),
        (&statements.cart_holder, Some("paid_once_orders_cart")),
        (&statements.free_cart, Some("paid_once_orders_cart")),
        (&statements.open, None),
        (&statements.attach_session, Some(OF_ORDER)),
        (&statements.abandon, Some(OF_ORDER)),
        (&statements.set_expected, None),
        (&statements.expected, Some(OF_ORDER)),
        (&statements.get, Some(OF_ORDER)),
        (&statements.take_due, Some("paid_once_orders_due")),
        (&statements.due_orders, Some("paid_once_orders_due")),
        (&statements.postpone, Some(OF_ORDER)),
        (&statements.hurry, Some(OF_ORDER)),
        (&statements.close, Some(OF_ORDER)),
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
}

#[tokio::test]
async fn what_a_back_office_asks_is_found_by_an_index() {
    let ledger = SqliteLedger::in_memory().await.unwrap();
    let statements = ledger.statements.clone();
    let of_refund = "paid_once_refunds_1 (merchant=? AND order_id=?";
    for (sql, indexes) in [
        (&statements.review, &[][..]),
        (statements.reviews.listing(None), &["PRIMARY KEY (rowid<?)"]),
        (
            statements.reviews.listing(Some(true)),
            &["paid_once_reviews_open (resolved_at=? AND rowid<?)"],
        ),
        (
            statements.reviews_of_order.listing(Some(true)),
            &["paid_once_reviews_once (merchant=? AND order_id=?)"],
        ),
        (&statements.resolve, &["PRIMARY KEY (rowid=?)"]),
        (&statements.resolved, &["PRIMARY KEY (rowid=?)"]),
        (&statements.before_reserving, &[OF_ORDER, of_refund]),
        (&statements.reserve, &[]),
        (&statements.confirm, &[of_refund]),
        (&statements.cancel, &[of_refund]),
        (&statements.refunds, &[of_refund]),
        (
            &statements.undecided_refunds,
            &["paid_once_refunds_undecided (merchant=? AND reserved_at<?)"],
        ),
        (&statements.set_price, &[]),
        (&statements.remove_price, &["PRIMARY KEY"]),
        (&statements.price, &["PRIMARY KEY"]),
        (
            &statements.orders,
            &["COVERING INDEX paid_once_orders_opened (opened_at<?)"],
        ),
        (&statements.life, &[OF_ORDER, of_refund]),
        (
            &statements.hours,
            &[
                "COVERING INDEX paid_once_orders_paid (paid_at>?)",
                "COVERING INDEX paid_once_reviews_first_seen (first_seen>?)",
            ],
        ),
        (
            &statements.gauges,
            &[
                "INDEX paid_once_orders_due",
                "COVERING INDEX paid_once_reviews_open",
                "COVERING INDEX paid_once_refunds_undecided",
            ],
        ),
    ] {
        let plan = plan(&ledger, sql).await;
        for step in &plan {
            // Of a partial index the whole is few rows.
            let is_small = ["INDEX", "CONSTANT ROW", "(subquery"]
                .iter()
                .any(|small| step.contains(small));
            assert!(!step.starts_with("SCAN") || is_small, "{sql}\n{plan:#?}");
        }
        for index in indexes {
            let used = plan.iter().any(|step| step.contains(index));
            assert!(used, "{index}: {sql}\n{plan:#?}");
        }
        // A page of orders, newest first, costs what is on it.
        let sorts = plan
            .iter()
            .any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
        let sorts_few = [
            statements.reviews_of_order.listing(Some(true)),
            &statements.refunds,
        ];
        assert!(!sorts || sorts_few.contains(&sql), "{sql}\n{plan:#?}");
    }
}
