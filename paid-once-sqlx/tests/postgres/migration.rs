//! Tables that an older version made, opened by this one.

use std::time::Duration;

use paid_once::{Claimant, OrderLedger as _, OrderState, OrderStore as _, Settled};
use paid_once_sqlx::sqlx::postgres::PgConnection;
use paid_once_sqlx::sqlx::{self, AssertSqlSafe, Connection as _};
use paid_once_sqlx::{PostgresLedger, SchemaName};

use crate::opening::processes_open_together;
use crate::schema::{claim_of, granted};
use crate::{version_1, version_2};

const VERSION_1: &str = include_str!("../data/version_1_postgres.sql");

/// The recipe of version 1 for many orders.
const PARTITION: &str = include_str!("../data/version_1_partition.sql");

/// What made version 2 of it.
const VERSION_2: &str = include_str!("../../src/postgres/migrations/0002_due_owed_closed.sql");

/// A schema of an older version.
struct Old {
    name: SchemaName,
    connection: PgConnection,
}

impl Old {
    async fn new() -> Self {
        let url = database_servers::shared::postgres_url().unwrap();
        let mut old = Self {
            name: format!("test_{}", Claimant::unique()).parse().unwrap(),
            connection: PgConnection::connect(&url).await.unwrap(),
        };
        old.execute(&VERSION_1.replace("version_1", old.name.as_str()))
            .await;
        old.execute(&format!("SET search_path = {}", old.name))
            .await;
        old.execute(
            "UPDATE paid_once_orders SET opened_at = now() - interval '10 minutes'
             WHERE order_id = 'YOUNG'",
        )
        .await;
        old
    }

    async fn partitioned() -> Self {
        let mut old = Self::new().await;
        old.execute(PARTITION).await;
        old
    }

    /// With reviews that version 2 wrote.
    async fn version_2(mut self) -> Self {
        self.execute(
            &VERSION_2
                .replace("{schema}", "")
                .replace("{prefix}", "paid_once_"),
        )
        .await;
        self.execute("INSERT INTO paid_once_schema VALUES (2, now())")
            .await;
        for total in version_2::REVIEWS {
            self.review(total).await;
        }
        self
    }

    /// As a node of version 2 does it.
    async fn review(&mut self, total: &str) {
        self.execute(&format!(
            "INSERT INTO paid_once_reviews (merchant, order_id, reason, total, currency, first_seen)
             VALUES ('100001', 'PAID', 'conflict', {total}, clock_timestamp())
             ON CONFLICT DO NOTHING"
        ))
        .await;
    }

    async fn execute(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql)
            .execute(&mut self.connection)
            .await
            .unwrap();
    }

    async fn open(&self) -> PostgresLedger {
        let options = PostgresLedger::options().schema(self.name.clone());
        let url = database_servers::shared::postgres_url().unwrap();
        options.open(&url).await.unwrap()
    }
}

#[tokio::test]
async fn two_processes_bring_old_tables_up_to_date_and_work_on_them() {
    for mut old in [Old::new().await, Old::partitioned().await] {
        processes_open_together(&old.name, 2);
        let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM paid_once_schema")
            .fetch_all(&mut old.connection)
            .await
            .unwrap();
        assert_eq!(versions, [1, 2, 3, 4], "each migration ran once");
        version_1::every_order_is_there_in_its_state(&old.open().await).await;
    }
}

#[tokio::test]
async fn open_orders_become_due_and_an_old_backlog_is_spread_over_a_day() {
    for mut old in [Old::new().await, Old::partitioned().await] {
        let ledger = old.open().await;
        let due_in: Vec<(String, i64)> = sqlx::query_as(
            "SELECT order_id, (extract(epoch FROM due_at - clock_timestamp()) * 1000)::bigint
             FROM paid_once_orders WHERE due_at IS NOT NULL",
        )
        .fetch_all(&mut old.connection)
        .await
        .unwrap();
        version_1::open_orders_become_due_within_a_day(&due_in);
        version_1::due_orders_are_taken(&ledger).await;
    }
}

#[tokio::test]
async fn every_payment_is_answered_as_its_order_stands() {
    for old in [Old::new().await, Old::partitioned().await] {
        version_1::every_payment_is_answered_as_its_order_stands(&old.open().await).await;
    }
}

#[tokio::test]
async fn carts_are_kept_as_long_as_they_should() {
    for old in [Old::new().await, Old::partitioned().await] {
        version_1::carts_are_kept_as_long_as_they_should(&old.open().await).await;
    }
}

#[tokio::test]
async fn what_is_owed_or_pending_is_not_purged() {
    for old in [Old::new().await, Old::partitioned().await] {
        version_1::what_is_owed_or_pending_is_not_purged(&old.open().await).await;
    }
}

#[tokio::test]
async fn a_paid_order_that_was_left_due_is_taken_once() {
    let mut old = Old::new().await;
    let ledger = old.open().await;
    old.execute("UPDATE paid_once_orders SET due_at = now() WHERE order_id = 'PAID'")
        .await;
    version_1::a_paid_order_that_was_left_due_is_taken_once(&ledger).await;
}

#[tokio::test]
async fn reviews_of_version_2_are_worked_like_new_ones() {
    for old in [Old::new().await, Old::partitioned().await] {
        let ledger = old.version_2().await.open().await;
        version_2::old_reviews_are_worked_like_new_ones(&ledger).await;
    }
}

/// A node of version 2 goes on until it is replaced. It writes its reviews after the migration.
#[tokio::test]
async fn what_a_node_of_version_2_reviews_meanwhile_is_worked_too() {
    let mut old = Old::new().await;
    let ledger = old.open().await;
    for total in version_2::REVIEWS {
        // The same again changes nothing, as ever.
        for _ in 0..2 {
            old.review(total).await;
        }
    }
    version_2::old_reviews_are_worked_like_new_ones(&ledger).await;
}

/// The nodes of a shop are replaced one by one. These are statements of version 1.
#[tokio::test]
async fn what_an_old_node_opens_meanwhile_becomes_due() {
    for mut old in [Old::new().await, Old::partitioned().await] {
        let ledger = old.open().await;
        old.execute(
            "INSERT INTO paid_once_orders AS o
                 (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode)
             VALUES ('100001', 'MEANWHILE', clock_timestamp(), 'at_least', 3456, 'TRY', 'live')
             ON CONFLICT (merchant, order_id) DO NOTHING",
        )
        .await;
        let due_in: i64 = sqlx::query_scalar(
            "SELECT extract(epoch FROM due_at - clock_timestamp())::bigint
             FROM paid_once_orders WHERE order_id = 'MEANWHILE'",
        )
        .fetch_one(&mut old.connection)
        .await
        .unwrap();
        assert!((270..=300).contains(&due_in), "{due_in}");
        // Claimed by a new node, released by an old one, which forgets the total: it stays due.
        let lease = granted(claim_of(&ledger, "MEANWHILE").await.unwrap());
        old.execute(
            "UPDATE paid_once_orders SET
                 lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
             WHERE merchant = '100001' AND order_id = 'MEANWHILE'",
        )
        .await;
        assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Lost);
        ledger.hurry(lease.order()).await.unwrap();
        let due = ledger.due("100001", 100).await.unwrap();
        let found = due.iter().find(|due| due.record.order == *lease.order());
        assert_eq!(found.unwrap().record.state, OrderState::Pending);
    }
}

/// Every part gets the new indexes, and loses the old ones.
#[tokio::test]
async fn old_parts_have_the_indexes_of_new_ones() {
    let indexes = async |old: &mut Old| -> Vec<String> {
        sqlx::query_scalar(
            "SELECT split_part(indexdef, ' USING ', 2) FROM pg_indexes
             WHERE schemaname = current_schema AND tablename LIKE 'paid_once_orders%'
             GROUP BY 1 ORDER BY 1",
        )
        .fetch_all(&mut old.connection)
        .await
        .unwrap()
    };
    let (mut whole, mut parts) = (Old::new().await, Old::partitioned().await);
    for old in [&whole, &parts] {
        old.open().await;
    }
    let expected = indexes(&mut whole).await;
    assert_eq!(expected.len(), 4, "{expected:#?}");
    assert_eq!(indexes(&mut parts).await, expected);
}

#[tokio::test]
async fn old_tables_and_their_parts_are_vacuumed_in_time_from_now_on() {
    for (mut old, tables) in [(Old::new().await, 1), (Old::partitioned().await, 16)] {
        old.open().await;
        let set: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema AND c.relname LIKE 'paid_once_orders%'
                 AND 'autovacuum_vacuum_scale_factor=0.005' = ANY (c.reloptions)
                 AND 'vacuum_index_cleanup=on' = ANY (c.reloptions)",
        )
        .fetch_one(&mut old.connection)
        .await
        .unwrap();
        assert_eq!(set, tables);
    }
}

/// Years of orders take longer than any statement of a shop may take.
#[tokio::test]
async fn a_migration_takes_as_long_as_it_takes() {
    let mut old = Old::new().await;
    old.execute(
        "CREATE FUNCTION takes_its_time() RETURNS trigger LANGUAGE plpgsql
             AS 'BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END';
         CREATE TRIGGER takes_its_time BEFORE UPDATE ON paid_once_orders
             FOR EACH STATEMENT EXECUTE FUNCTION takes_its_time()",
    )
    .await;
    let options = PostgresLedger::options().schema(old.name.clone());
    let options = options.statement_timeout(Duration::from_secs(1));
    let url = database_servers::shared::postgres_url().unwrap();
    options.open(&url).await.unwrap();
    // Somebody who holds the table is not waited for without end.
    let mut held = Old::new().await;
    held.execute("BEGIN; LOCK TABLE paid_once_orders").await;
    let options = PostgresLedger::options().schema(held.name.clone());
    let options = options.statement_timeout(Duration::from_millis(100));
    assert!(options.open(&url).await.is_err());
}
