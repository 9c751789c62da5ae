//! The recipe of the docs, word for word, and the whole conformance kit on what it makes.

use std::sync::Arc;
use std::time::Duration;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, Claim, OrderLedger as _, OrderStore as _, Retention, Review, Settled, async_trait,
};
use paid_once_sqlx::sqlx::{self, AssertSqlSafe};
use paid_once_sqlx::{PostgresLedger, SchemaName};

use crate::schema::{Schema, claim_of, granted};

const DOCUMENT: &str = include_str!("../../docs/partitioning.md");

/// The SQL of the document.
fn recipe() -> &'static str {
    let (_, sql) = DOCUMENT.split_once("```sql\n").unwrap();
    sql.split_once("```").unwrap().0
}

async fn split(schema: &SchemaName, ledger: &PostgresLedger) -> Result<(), BoxError> {
    let mut connection = ledger.pool().acquire().await?;
    // The document is written for tables that are found without their schema.
    let sql = format!("SET search_path = {schema}; {}", recipe());
    let last = sql.rfind("ANALYZE").ok_or("the recipe ends with ANALYZE")?;
    for sql in [&sql[..last], &sql[last..]] {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut *connection).await?;
    }
    connection.close().await?;
    Ok(())
}

/// A ledger whose orders are in 16 parts, by the recipe.
struct Partitioned(Schema);

#[async_trait]
impl Subject for Partitioned {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        let schema = Schema::new().await?;
        split(&schema.name, &schema.ledger).await?;
        Ok(Self(schema))
    }

    async fn node(&self, clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        Subject::node(&self.0, clock).await
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Ok(Self(self.0.reopen().await?))
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Subject::reviews(&self.0).await
    }
}

#[tokio::test]
async fn a_table_with_orders_is_split_and_keeps_them() {
    let shop = Schema::new().await.unwrap();
    let mut leases = Vec::new();
    for index in 0..50 {
        let claim = claim_of(&shop.ledger, &format!("ORDER{index}")).await;
        let lease = granted(claim.unwrap());
        if index % 2 == 0 {
            assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
        } else {
            leases.push(lease);
        }
    }
    split(&shop.name, &shop.ledger).await.unwrap();

    let parts: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT count(DISTINCT tableoid) FROM {}",
        shop.table("paid_once_orders")
    )))
    .fetch_one(shop.ledger.pool())
    .await
    .unwrap();
    assert!(parts > 8, "the orders are in {parts} parts");
    // The ledger that was open goes on, and one opened now finds nothing to do.
    let again = shop.node().await.unwrap();
    for lease in &leases {
        assert_eq!(again.settle(lease).await.unwrap(), Settled::Now);
    }
    for index in 0..50 {
        let claim = claim_of(&shop.ledger, &format!("ORDER{index}")).await;
        assert_eq!(claim.unwrap(), Claim::Duplicate);
    }
    let at_once = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    let purged = again.purge(at_once, 100).await;
    assert_eq!(purged.unwrap(), 50);
}

/// What the option runs is what the docs say.
#[test]
fn the_option_splits_the_tables_as_the_recipe_does() {
    let option = include_str!("../../src/postgres/partition.sql")
        .replace("{schema}", "")
        .replace("{prefix}", "paid_once_")
        .replace("{parts}", "16")
        .replace("{last}", "15");
    let (_, recipe) = recipe().split_once("BEGIN;\n").unwrap();
    let (recipe, _) = recipe.split_once("COMMIT;").unwrap();
    assert_eq!(option.trim(), recipe.trim());
}

#[tokio::test]
async fn a_new_ledger_has_its_orders_in_as_many_parts_as_it_was_told() {
    for (asked, made) in [(0, 0), (1, 0), (2, 2), (16, 16)] {
        let shop = Schema::in_parts(asked).await.unwrap();
        assert_eq!(parts_of(&shop).await, made, "{asked}");
        let lease = granted(claim_of(&shop.ledger, "ORDER1").await.unwrap());
        assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
        // Whoever opens it next finds it so, whatever is asked for.
        let again = shop.options().partitions(3).open(&shop.url).await.unwrap();
        assert_eq!(again.settle(&lease).await.unwrap(), Settled::Already);
        assert_eq!(parts_of(&shop).await, made, "{asked}");
    }
}

/// Each has tables of its own prefix, whole or in parts, with names that are nobody else's.
#[tokio::test]
async fn several_ledgers_in_one_schema_have_parts_of_their_own() {
    let shop = Schema::in_parts(2).await.unwrap();
    let other = shop.options().prefix("other_".parse().unwrap());
    let other = other.partitions(3).open(&shop.url).await.unwrap();
    for ledger in [&shop.ledger, &other] {
        let lease = granted(claim_of(ledger, "ORDER1").await.unwrap());
        assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    }
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_tables WHERE schemaname = $1 AND tablename LIKE '%orders\\__'",
    )
    .bind(shop.name.to_string())
    .fetch_one(shop.ledger.pool())
    .await
    .unwrap();
    assert_eq!(tables, 5);
}

async fn parts_of(shop: &Schema) -> i64 {
    let parts = format!(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = '{}'::regclass",
        shop.table("paid_once_orders")
    );
    let parts = sqlx::query_scalar(AssertSqlSafe(parts));
    parts.fetch_one(shop.ledger.pool()).await.unwrap()
}

/// The ledger's statements ask for exactly these.
#[tokio::test]
async fn a_split_table_has_the_indexes_of_a_whole_one() {
    let shop = Schema::new().await.unwrap();
    let indexes = async || -> Vec<String> {
        sqlx::query_scalar(
            "SELECT split_part(indexdef, ' USING ', 2) FROM pg_indexes
             WHERE schemaname = $1 AND tablename LIKE 'paid_once_orders%'
             GROUP BY 1 ORDER BY 1",
        )
        .bind(shop.name.to_string())
        .fetch_all(shop.ledger.pool())
        .await
        .unwrap()
    };
    let whole = indexes().await;
    assert_eq!(whole.len(), 4, "{whole:#?}");
    split(&shop.name, &shop.ledger).await.unwrap();
    assert_eq!(indexes().await, whole);
}

/// What leaves an index at its front is in the way until it is vacuumed.
#[tokio::test]
async fn a_table_and_each_of_its_parts_are_vacuumed_in_time() {
    for (parts, tables) in [(1, 1), (4, 4)] {
        let shop = Schema::in_parts(parts).await.unwrap();
        let set =
            "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND c.relname LIKE 'paid_once_orders%' AND c.relkind = 'r'
                 AND 'autovacuum_vacuum_scale_factor=0.005' = ANY (c.reloptions)
                 AND 'vacuum_index_cleanup=on' = ANY (c.reloptions)
                 AND 'fillfactor=80' = ANY (c.reloptions)";
        let set = sqlx::query_scalar(set).bind(shop.name.to_string());
        let set: i64 = set.fetch_one(shop.ledger.pool()).await.unwrap();
        assert_eq!(set, tables);
    }
}

mod store {
    paid_once::order_store_tests!(super::Partitioned);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Partitioned);
}

mod back_office {
    paid_once::back_office_tests!(super::Partitioned);
}
