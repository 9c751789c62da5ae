//! No statement reads a whole table, however many orders there are, and a claim writes no index.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::sync::Arc;

use paid_once::Claimant;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use super::{PostgresLedger, Statement, query};

async fn ledger() -> (PostgresLedger, String) {
    ledger_in(1).await
}

/// A ledger whose orders are in so many parts.
async fn ledger_in(parts: u16) -> (PostgresLedger, String) {
    let schema = format!("test_{}", Claimant::unique());
    let options = PostgresLedger::options().schema(schema.parse().unwrap());
    let options = options.partitions(parts);
    let url = database_servers::shared::postgres_url().unwrap();
    (options.open(&url).await.unwrap(), schema)
}

async fn execute(ledger: &PostgresLedger, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(ledger.pool())
        .await
        .unwrap();
}

/// Enough orders that a whole table costs more than a few pages of an index: nearly all settled or given up, as in
/// a shop, each with a cart and a review.
async fn fill(ledger: &PostgresLedger, schema: &str) {
    execute(
        ledger,
        format!(
            "INSERT INTO {schema}.paid_once_orders (merchant, order_id, opened_at, expected_kind,
                 mode, unsettled_claims, fence, paid_by, paid_at, paid_total, paid_currency, due_at,
                 lease_total, lease_currency, undelivered_since, closed_at)
             SELECT 'm', 'ORDER' || n, now() - n * interval '1 minute', 'unknown', 'live', 0, 1,
                 CASE WHEN is_paid THEN '\\x00'::bytea END,
                 CASE WHEN is_paid THEN now() - n * interval '1 minute' END,
                 CASE WHEN is_paid THEN 1 END,
                 CASE WHEN is_paid THEN 'TRY' END,
                 CASE WHEN n % 1000 = 0 THEN now() - n * interval '1 second' END,
                 CASE WHEN n % 5000 = 0 THEN 1 END, CASE WHEN n % 5000 = 0 THEN 'TRY' END,
                 CASE WHEN n % 5000 = 0 THEN now() END,
                 CASE WHEN n % 2000 = 0 OR n % 3 = 1 THEN now() - n * interval '1 minute' END
             FROM (
                 SELECT n, n % 1000 > 0 AND n % 3 <> 1 AS is_paid FROM generate_series(1, 20000) AS n
             ) AS numbered;
             INSERT INTO {schema}.paid_once_carts
             SELECT merchant, sha256(order_id::bytea), order_id, '\\x00'
             FROM {schema}.paid_once_orders;
             INSERT INTO {schema}.paid_once_reviews
                 (merchant, order_id, reason, first_seen, resolution, resolved_by, resolved_note, resolved_at)
             SELECT merchant, order_id, 'conflict', opened_at, 'dismissed', '', '', now()
             FROM {schema}.paid_once_orders;
             UPDATE {schema}.paid_once_reviews
             SET resolution = NULL, resolved_by = NULL, resolved_note = NULL, resolved_at = NULL
             WHERE id % 500 = 0;
             INSERT INTO {schema}.paid_once_refunds
             SELECT merchant, order_id, 'REFUND1', 1, 'TRY', '', 'executed', opened_at, now()
             FROM {schema}.paid_once_orders;
             UPDATE {schema}.paid_once_refunds SET state = 'reserved', decided_at = NULL
             WHERE order_id LIKE 'ORDER%000';
             INSERT INTO {schema}.paid_once_prices
             SELECT merchant, order_id, 'exactly', 1, 'TRY' FROM {schema}.paid_once_orders"
        ),
    )
    .await;
    let tables = ["orders", "carts", "reviews", "refunds", "prices"]
        .map(|table| format!("{schema}.paid_once_{table}"))
        .join(", ");
    execute(ledger, format!("VACUUM ANALYZE {tables}")).await;
}

/// The statement's plan, for the values that it would run with.
fn explain(sql: &Arc<str>) -> Statement {
    query(&format!("EXPLAIN {sql}").into())
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    finds_its_rows_by_an_index(1).await;
}

/// What is due, or past retention, is read from each part in its order, and no further than needed.
#[tokio::test]
async fn every_statement_finds_its_rows_in_parts_by_an_index() {
    finds_its_rows_by_an_index(4).await;
}

async fn finds_its_rows_by_an_index(parts: u16) {
    let (ledger, schema) = ledger_in(parts).await;
    fill(&ledger, &schema).await;
    let statements = ledger.statements.clone();
    let of_order = |sql| explain(sql).bind("m").bind("ORDER77");
    let of_lease = |sql| of_order(sql).bind(vec![0_u8; 16]);
    let of_several = |sql| {
        explain(sql)
            .bind(vec!["m"; 32])
            .bind((0..32).map(|n| format!("ORDER{n}")).collect::<Vec<_>>())
            .bind(vec![vec![0_u8; 16]; 32])
    };
    let no_total = (None::<i64>, None::<String>);
    let cart = |sql| explain(sql).bind("m").bind(b"ORDER77".to_vec());
    let week = 7 * 86_400_000_i64;
    let plans = [
        of_lease(&statements.claim)
            .bind(60_000_i64)
            .bind(1_i64)
            .bind("TRY"),
        of_several(&statements.claim_together)
            .bind(60_000_i64)
            .bind(vec![1_i64; 32])
            .bind(vec!["TRY"; 32])
            .bind(32_i64),
        of_lease(&statements.settle),
        of_several(&statements.settle_together).bind(32_i64),
        of_lease(&statements.settled_by),
        of_order(&statements.standing),
        of_lease(&statements.release).bind("error"),
        cart(&statements.take_cart).bind("NEW").bind(vec![0_u8; 32]),
        cart(&statements.cart_holder),
        cart(&statements.pass_cart_on)
            .bind("NEW")
            .bind(vec![0_u8; 32]),
        of_order(&statements.open)
            .bind("unknown")
            .bind(no_total.0)
            .bind(no_total.1.clone())
            .bind("live")
            .bind(300_000_i64),
        of_order(&statements.attach_session).bind("session"),
        of_order(&statements.abandon),
        of_order(&statements.set_expected)
            .bind("unknown")
            .bind(no_total.0)
            .bind(no_total.1)
            .bind(300_000_i64),
        of_order(&statements.expected),
        of_order(&statements.get),
        explain(&statements.take_due)
            .bind("m")
            .bind(10_i64)
            .bind(60_000_i64),
        explain(&statements.due_orders).bind("m").bind(10_i64),
        of_order(&statements.postpone).bind(60_000_i64),
        of_order(&statements.hurry).bind(5_i64),
        of_order(&statements.close),
        explain(&statements.undelivered).bind(10_i64),
        explain(&statements.purge)
            .bind(week)
            .bind(week)
            .bind(20_i64),
    ];
    for plan in plans {
        none_of(
            &ledger,
            plan,
            &["Seq Scan", "Sort", "Hash Join", "Merge Join"],
        )
        .await;
    }
}

/// Rows that were found are not looked for once more by their keys, which are scattered over all orders.
#[tokio::test]
async fn what_is_taken_or_purged_is_found_by_its_place() {
    for parts in [1, 4] {
        let (ledger, schema) = ledger_in(parts).await;
        fill(&ledger, &schema).await;
        let statements = ledger.statements.clone();
        let take = explain(&statements.take_due);
        let purge = explain(&statements.purge);
        for plan in [
            take.bind("m").bind(10_i64).bind(60_000_i64),
            purge.bind(1_i64).bind(1_i64).bind(20_i64),
        ] {
            let rows = plan.fetch_all(ledger.pool()).await.unwrap();
            let steps: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            let by_key = |step: &String| step.contains("orders_") && step.contains("_pkey");
            assert!(!steps.iter().any(by_key), "{steps:#?}");
            let by_place = |step: &String| step.contains("Tid Scan on paid_once_orders");
            assert!(steps.iter().any(by_place), "{steps:#?}");
        }
    }
}

async fn none_of(ledger: &PostgresLedger, plan: Statement, unwanted: &[&str]) {
    let rows = plan.fetch_all(ledger.pool()).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    // The other lines are about a step: the key by which parts are merged, say.
    for step in steps.iter().filter(|line| line.contains("(cost=")) {
        for unwanted in unwanted {
            assert!(!step.contains(unwanted), "{steps:#?}");
        }
    }
}

#[tokio::test]
async fn what_a_back_office_asks_is_found_by_an_index() {
    answers_a_back_office_by_an_index(1).await;
}

#[tokio::test]
async fn what_a_back_office_asks_is_found_in_parts_by_an_index() {
    answers_a_back_office_by_an_index(4).await;
}

async fn answers_a_back_office_by_an_index(parts: u16) {
    let (ledger, schema) = ledger_in(parts).await;
    fill(&ledger, &schema).await;
    let statements = ledger.statements.clone();
    let of_order = |sql| explain(sql).bind("m").bind("ORDER77");
    let of_refund = |sql| of_order(sql).bind("REFUND1");
    let reviews = |open| {
        let sql = statements.reviews.listing(open);
        explain(sql)
            .bind(None::<String>)
            .bind(i64::MAX)
            .bind(50_i64)
    };
    let orders = |merchant: Option<&'static str>, from, before, after: Option<&'static str>| {
        explain(&statements.orders)
            .bind(merchant)
            .bind(from)
            .bind(before)
            .bind(after.map(|_| "m"))
            .bind(after)
            .bind(None::<String>)
            .bind(50_i64)
    };
    let (first, last) = ("", "\u{10ffff}");
    for plan in [
        of_order(&statements.review)
            .bind("conflict")
            .bind(None::<i64>)
            .bind(None::<String>)
            .bind("live")
            .bind(None::<i64>)
            .bind(None::<String>)
            .bind(None::<String>)
            .bind(None::<String>),
        reviews(None),
        reviews(Some(true)),
        reviews(Some(false)),
        explain(&statements.resolve)
            .bind(7_i64)
            .bind("dismissed")
            .bind("")
            .bind(""),
        explain(&statements.resolved).bind(7_i64),
        of_refund(&statements.reserve)
            .bind(1_i64)
            .bind("TRY")
            .bind(""),
        of_refund(&statements.confirm),
        of_refund(&statements.cancel),
        explain(&statements.undecided_refunds)
            .bind("m")
            .bind(60_000_i64)
            .bind(50_i64),
        of_order(&statements.set_price)
            .bind("exactly")
            .bind(1_i64)
            .bind("TRY"),
        of_order(&statements.remove_price),
        of_order(&statements.price),
        orders(None, first, last, None),
        orders(Some("m"), first, last, None),
        orders(Some("m"), first, last, Some("ORDER77")),
        of_order(&statements.life),
    ] {
        none_of(
            &ledger,
            plan,
            &["Seq Scan", "Sort", "Hash Join", "Merge Join"],
        )
        .await;
    }
    // These count, or sort what an index found.
    for plan in [
        orders(Some("m"), "ORDER7", "ORDER8", None),
        explain(statements.reviews_of_order.listing(Some(true)))
            .bind(None::<String>)
            .bind(i64::MAX)
            .bind(50_i64)
            .bind("m")
            .bind("ORDER77"),
        of_refund(&statements.before_reserving),
        of_order(&statements.refunds),
        explain(&statements.hours).bind(24_i64),
        explain(&statements.gauges),
    ] {
        none_of(&ledger, plan, &["Seq Scan"]).await;
    }
}

/// What is prepared while a table is empty goes on with the plan of an empty table.
#[tokio::test]
async fn a_plan_for_several_orders_made_on_an_empty_table_reads_no_large_one_whole() {
    reads_no_table_whole(1, "Index Scan using paid_once_orders_pkey").await;
}

#[tokio::test]
async fn a_plan_for_several_orders_made_on_empty_parts_reads_no_large_one_whole() {
    reads_no_table_whole(4, "Index Scan using paid_once_orders_3_pkey").await;
}

async fn reads_no_table_whole(parts: u16, index: &str) {
    let (ledger, _) = ledger_in(parts).await;
    let mut connection = ledger.pool().acquire().await.unwrap();
    let types = "text[], text[], bytea[]";
    let prepare = format!(
        "SET plan_cache_mode = force_generic_plan;
         PREPARE claims ({types}, bigint, bigint[], text[], bigint) AS {};
         PREPARE settlements ({types}, bigint) AS {}",
        ledger.statements.claim_together, ledger.statements.settle_together
    );
    sqlx::raw_sql(AssertSqlSafe(prepare))
        .execute(&mut *connection)
        .await
        .unwrap();
    let keys = "ARRAY['m'], ARRAY['ORDER1'], ARRAY['\\x00'::bytea]";
    for execute in [
        format!("claims ({keys}, 60000, ARRAY[1], ARRAY['TRY'], 1)"),
        format!("settlements ({keys}, 1)"),
    ] {
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE {execute}"));
        let rows = sqlx::raw_sql(explain).fetch_all(&mut *connection).await;
        let steps: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
        assert!(
            steps.iter().all(|step| !step.contains("Seq Scan")),
            "{steps:#?}"
        );
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:#?}");
    }
}

/// Rows changed in this transaction, and those of them that no index had to be told about.
async fn updated(connection: &mut PgConnection, schema: &str) -> (i64, i64) {
    let row = sqlx::query(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables
         WHERE schemaname = $1 AND relname = 'paid_once_orders'",
    )
    .bind(schema)
    .fetch_one(connection)
    .await
    .unwrap();
    (row.get(0), row.get(1))
}

/// Who compiles a statement of some hundred rows first takes far longer for that than for the rows: the server would,
/// from a few million orders on.
#[tokio::test]
async fn the_ledger_s_statements_are_not_compiled() {
    for pooler in [false, true] {
        let schema: crate::SchemaName = format!("test_{}", Claimant::unique()).parse().unwrap();
        let options = PostgresLedger::options().schema(schema);
        let url = database_servers::shared::postgres_url().unwrap();
        let ledger = options
            .transaction_pooling(pooler)
            .open(&url)
            .await
            .unwrap();
        let setting = || query(&"SELECT current_setting('jit')".into());
        let rows = ledger.connections.repeatable(setting).await.unwrap();
        assert_eq!(rows.first().unwrap().get::<String, _>(0), "off", "{pooler}");
    }
}

#[tokio::test]
async fn the_claim_of_an_opened_order_writes_no_index() {
    let (ledger, schema) = ledger().await;
    let mut transaction = ledger.begin().await.unwrap();
    for order in ["A", "B", "C"] {
        let open = query(&ledger.statements.open).bind("m").bind(order);
        open.bind("unknown")
            .bind(None::<i64>)
            .bind(None::<String>)
            .bind("live")
            .bind(300_000_i64)
            .execute(&mut *transaction)
            .await
            .unwrap();
        let claim = query(&ledger.statements.claim).bind("m").bind(order);
        claim
            .bind(vec![0_u8; 16])
            .bind(60_000_i64)
            .bind(1_i64)
            .bind("TRY")
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    assert_eq!(updated(&mut transaction, &schema).await, (3, 3));
}
