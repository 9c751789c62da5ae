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

/// A ledger whose orders are in 16 parts.
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

mod store {
    paid_once::order_store_tests!(super::Partitioned);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Partitioned);
}

mod back_office {
    paid_once::back_office_tests!(super::Partitioned);
}
