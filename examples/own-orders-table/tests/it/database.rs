//! A schema of the test server with the shop's table in it.

use std::sync::atomic::{AtomicU32, Ordering};

use paid_once::{BoxError, OrderKey};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor as _};

const ORDERS: &str = include_str!("../../sql/orders.sql");
const PAYMENTS: &str = include_str!("../../sql/payments.sql");

/// The shop's database, in a schema that no other test has.
pub(crate) struct Database {
    pub(crate) pool: PgPool,
    options: PgConnectOptions,
}

impl Database {
    pub(crate) async fn fresh() -> Result<Self, BoxError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let url = std::env::var("PAID_ONCE_POSTGRES_URL").map_err(|_| {
            "PAID_ONCE_POSTGRES_URL is not set: run `cargo xtask test`, which starts PostgreSQL, \
             or set it to a server of yours"
        })?;
        let options: PgConnectOptions = url.parse()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("own_orders_{}_{count}", std::process::id());
        let server = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        let recreate = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        server.execute(AssertSqlSafe(recreate)).await?;
        server.close().await;
        let database = Self::open(options.options([("search_path", schema)])).await?;
        database.pool.execute(ORDERS).await?;
        database.pool.execute(PAYMENTS).await?;
        Ok(database)
    }

    pub(crate) async fn another_node(&self) -> Result<Self, BoxError> {
        Self::open(self.options.clone()).await
    }

    async fn open(options: PgConnectOptions) -> Result<Self, BoxError> {
        let pool = PgPoolOptions::new().max_connections(4);
        Ok(Self {
            pool: pool.connect_with(options.clone()).await?,
            options,
        })
    }

    /// Places an order, as the shop does. Placing it again changes nothing.
    pub(crate) async fn place(&self, order: &OrderKey, total: i64) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO orders (merchant_id, number, customer_email, total, currency)
             VALUES ($1, $2, 'ayse@example.com', $3, 'TRY')
             ON CONFLICT DO NOTHING",
        )
        .bind(order.merchant())
        .bind(order.order_id())
        .bind(total)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
