//! Behind `PgBouncer` with `pool_mode = transaction`: the whole conformance kit, and what is said without the switch.

use std::error::Error as _;
use std::sync::Arc;

use database_servers::PgBouncer;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, OrderLedger as _, OrderStore as _, Review, ReviewFilter, Settled, async_trait,
};
use paid_once_sqlx::sqlx::postgres::PgConnectOptions;
use paid_once_sqlx::sqlx::{self, AssertSqlSafe};
use paid_once_sqlx::{OpenError, PostgresLedger};
use tokio::task::JoinSet;

use crate::schema::{LEASE, Schema, claim_of, granted, hold};

/// Server connections for all clients: fewer than one ledger opens, so that they change hands.
const SERVER_CONNECTIONS: u32 = 3;

struct Pooled {
    bouncer: PgBouncer,
    schema: Schema,
}

impl Pooled {
    async fn new() -> Result<Self, BoxError> {
        let bouncer = bouncer(&[])?;
        let schema = Schema::on(&format!("{}?pgbouncer=true", bouncer.url())).await?;
        Ok(Self { bouncer, schema })
    }
}

fn bouncer(settings: &[&str]) -> Result<PgBouncer, BoxError> {
    let server: PgConnectOptions = database_servers::shared::postgres_url()?.parse()?;
    Ok(PgBouncer::before(
        server.get_port(),
        SERVER_CONNECTIONS,
        settings,
    )?)
}

#[async_trait]
impl Subject for Pooled {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::new().await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        Ok(Arc::new(self.schema.node().await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.schema.ledger.close().await;
        let ledger = self.schema.node().await?;
        let schema = Schema {
            ledger,
            ..self.schema
        };
        Ok(Self { schema, ..self })
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        let ledger = &self.schema.ledger;
        Ok(ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::Pooled);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Pooled);
}

mod back_office {
    paid_once::back_office_tests!(super::Pooled);
}

/// More clients at once than there are server connections, each with its own transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_payments_over_two_nodes_are_settled_in_the_shops_own_transactions() {
    let shop = Pooled::new().await.unwrap();
    shop.schema.make_receipts().await;
    let nodes = [
        shop.schema.ledger.clone(),
        shop.schema.node().await.unwrap(),
    ];
    let receipts = shop.schema.table("receipts");
    let mut payments = JoinSet::new();
    for number in 0..40 {
        let node = nodes[number % 2].clone();
        let insert = format!("INSERT INTO {receipts} VALUES ($1)");
        payments.spawn(async move {
            let order = format!("ORDER{number}");
            let lease = granted(claim_of(&node, &order).await.unwrap());
            let mut transaction = node.begin().await.unwrap();
            sqlx::query(AssertSqlSafe(insert))
                .bind(order)
                .persistent(false)
                .execute(&mut *transaction)
                .await
                .unwrap();
            let settled = node.settle_in(&mut transaction, &lease).await.unwrap();
            assert_eq!(settled, Settled::Now);
            transaction.commit().await.unwrap();
        });
    }
    while let Some(payment) = payments.join_next().await {
        payment.unwrap();
    }
    let direct = database_servers::shared::postgres_url().unwrap();
    let direct = Schema {
        url: direct,
        ..shop.schema
    };
    assert_eq!(direct.receipts().await, 40);
}

#[tokio::test]
async fn without_the_switch_the_error_names_it() {
    let bouncer = bouncer(&[]).unwrap();
    let refused = PostgresLedger::connect(&bouncer.url()).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::TransactionPooling(_)),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("transaction_pooling"));
    assert!(refused.source().is_some());
}

/// A pooler that keeps sessions refuses their settings all the same, unless it is told to pass them over.
#[tokio::test]
async fn in_session_mode_the_switch_or_the_poolers_own_setting_helps() {
    let session = "pool_mode = session";
    let strict = bouncer(&[session]).unwrap();
    let refused = PostgresLedger::connect(&strict.url()).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::TransactionPooling(_)),
        "{refused:?}"
    );
    let ignore = "ignore_startup_parameters = extra_float_digits,options";
    let lenient = bouncer(&[session, ignore]).unwrap();
    let with_switch = format!("{}?pgbouncer=true", strict.url());
    for url in [with_switch, lenient.url()] {
        let shop = Schema::on(&url).await.unwrap();
        let lease = hold(&shop.ledger, LEASE).await;
        assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
    }
}

/// The limit of a statement holds although nothing is set for a session.
#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let shop = Pooled::new().await.unwrap();
    let options = shop.schema.options();
    let limit = std::time::Duration::from_millis(300);
    let url = format!("{}?pgbouncer=true", shop.bouncer.url());
    let hurried = options.statement_timeout(limit).open(&url).await.unwrap();
    let mut transaction = hurried.begin().await.unwrap();
    let slow = sqlx::raw_sql("SELECT pg_sleep(20)").execute(&mut *transaction);
    assert!(slow.await.is_err());
    drop(transaction);

    // A lock that somebody holds.
    let lease = hold(&shop.schema.ledger, LEASE).await;
    let mut holding = shop.schema.ledger.begin().await.unwrap();
    let settled = shop.schema.ledger.settle_in(&mut holding, &lease).await;
    assert_eq!(settled.unwrap(), Settled::Now);
    assert!(hurried.settle(&lease).await.is_err());
    holding.rollback().await.unwrap();
    assert_eq!(hurried.settle(&lease).await.unwrap(), Settled::Now);
}
