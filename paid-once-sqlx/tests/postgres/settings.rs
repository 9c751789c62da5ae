//! What administrators set for a database: the whole conformance kit on one with the least friendly choices.

use std::sync::Arc;
use std::time::Duration;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, HandlerFailure, OrderLedger as _, OrderStore as _, Review, ReviewFilter, Settled,
    async_trait,
};
use paid_once_sqlx::sqlx::postgres::{PgConnectOptions, PgConnection};
use paid_once_sqlx::sqlx::{self, AssertSqlSafe, Connection as _};
use paid_once_sqlx::{OpenError, PostgresLedger};
use tokio::task::JoinSet;

use crate::schema::{Schema, claim_of, granted};

/// One database for all tests of a run.
const DATABASE: &str = "paid_once_choices";

const CHOICES: [&str; 6] = [
    "default_transaction_isolation = 'serializable'",
    "search_path = 'elsewhere', 'pg_catalog'",
    "lock_timeout = '2s'",
    "statement_timeout = '3s'",
    "idle_in_transaction_session_timeout = '2s'",
    "timezone = 'Asia/Kathmandu'",
];

struct Chosen(Schema);

impl Chosen {
    async fn new() -> Result<Self, BoxError> {
        let url = database_servers::shared::postgres_url()?;
        let options: PgConnectOptions = url.parse()?;
        let mut admin = PgConnection::connect_with(&options).await?;
        // One test at a time makes it, and the others find it.
        sqlx::raw_sql("SELECT pg_advisory_lock(815)")
            .execute(&mut admin)
            .await?;
        let exists = format!("SELECT FROM pg_database WHERE datname = '{DATABASE}'");
        let exists = sqlx::query(AssertSqlSafe(exists)).fetch_optional(&mut admin);
        if exists.await?.is_none() {
            let create = format!(
                "CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' \
                 LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'"
            );
            sqlx::raw_sql(AssertSqlSafe(create))
                .execute(&mut admin)
                .await?;
            for choice in CHOICES {
                let alter = format!("ALTER DATABASE {DATABASE} SET {choice}");
                sqlx::raw_sql(AssertSqlSafe(alter))
                    .execute(&mut admin)
                    .await?;
            }
        }
        admin.close().await?;
        let (server, _) = url.rsplit_once('/').ok_or("a URL with a database")?;
        Ok(Self(Schema::on(&format!("{server}/{DATABASE}")).await?))
    }
}

#[async_trait]
impl Subject for Chosen {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::new().await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        Ok(Arc::new(self.0.node().await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.0.ledger.close().await;
        let ledger = self.0.node().await?;
        Ok(Self(Schema { ledger, ..self.0 }))
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.0.ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::Chosen);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Chosen);
}

mod back_office {
    paid_once::back_office_tests!(super::Chosen);
}

/// Serialisable by default: what only looks like a conflict of distinct orders refuses none of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_distinct_payments_at_once_are_all_settled() {
    let shop = Chosen::new().await.unwrap().0;
    shop.make_receipts().await;
    let insert = format!("INSERT INTO {} VALUES ($1)", shop.table("receipts"));
    let mut payments = JoinSet::new();
    for number in 0..40 {
        let (ledger, insert) = (shop.ledger.clone(), insert.clone());
        payments.spawn(async move {
            let order = format!("ORDER{number}");
            let lease = granted(claim_of(&ledger, &order).await.unwrap());
            let mut transaction = ledger.begin().await.unwrap();
            let insert = sqlx::query(AssertSqlSafe(insert)).bind(order);
            insert.execute(&mut *transaction).await.unwrap();
            let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
            assert_eq!(settled, Settled::Now);
            transaction.commit().await.unwrap();
        });
    }
    while let Some(payment) = payments.join_next().await {
        payment.unwrap();
    }
    assert_eq!(shop.receipts().await, 40);
}

/// A handler that dawdles in its transaction loses it, and not the payment.
#[tokio::test]
async fn a_transaction_that_the_server_ends_leaves_the_payment_to_the_next_delivery() {
    let shop = Chosen::new().await.unwrap().0;
    let lease = granted(claim_of(&shop.ledger, "ORDER1").await.unwrap());
    let mut transaction = shop.ledger.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        .execute(&mut *transaction)
        .await
        .unwrap();
    // Idle for longer each time, until the server ends it.
    let mut pause = Duration::from_millis(25);
    while sqlx::raw_sql("SELECT 1")
        .execute(&mut *transaction)
        .await
        .is_ok()
    {
        pause *= 2;
        assert!(pause < Duration::from_secs(10), "the server lets it idle");
        tokio::time::sleep(pause).await;
    }
    drop(transaction);
    shop.ledger
        .release(&lease, HandlerFailure::Error)
        .await
        .unwrap();
    let again = granted(claim_of(&shop.ledger, "ORDER1").await.unwrap());
    assert_eq!(shop.ledger.settle(&again).await.unwrap(), Settled::Now);
}

/// Refused when the ledger is opened, and not at every order.
#[tokio::test]
async fn a_database_that_is_read_only_by_default_is_refused() {
    let shop = Schema::new().await.unwrap();
    let url = format!("{}?options=-c default_transaction_read_only=on", shop.url);
    let refused = shop.options().open(&url).await.unwrap_err();
    assert!(matches!(refused, OpenError::ReadOnly), "{refused:?}");
    assert!(
        refused
            .to_string()
            .contains("default_transaction_read_only")
    );
}
