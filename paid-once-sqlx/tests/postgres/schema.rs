//! A schema of its own for every test, in the shared database.

use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::{
    BoxError, Claim, Claimant, Currency, Lease, Money, OrderKey, OrderStore as _, Payment,
    StoreError,
};
use paid_once_sqlx::sqlx::postgres::PgConnection;
use paid_once_sqlx::sqlx::{self, AssertSqlSafe, Connection as _};
use paid_once_sqlx::{PostgresLedger, PostgresLedgerOptions, SchemaName};

/// Longer than any test runs.
pub(crate) const LEASE: Duration = Duration::from_mins(10);

/// An empty schema and a ledger in it.
pub(crate) struct Schema {
    pub(crate) url: String,
    pub(crate) name: SchemaName,
    pub(crate) ledger: PostgresLedger,
}

impl Schema {
    pub(crate) async fn new() -> Result<Self, BoxError> {
        Self::on(&database_servers::shared::postgres_url()?).await
    }

    /// The same with the orders in so many parts.
    pub(crate) async fn in_parts(parts: u16) -> Result<Self, BoxError> {
        let url = database_servers::shared::postgres_url()?;
        let name: SchemaName = format!("test_{}", Claimant::unique()).parse()?;
        let ledger = options(&name).partitions(parts).open(&url).await?;
        Ok(Self { url, name, ledger })
    }

    pub(crate) async fn on(url: &str) -> Result<Self, BoxError> {
        let name: SchemaName = format!("test_{}", Claimant::unique()).parse()?;
        let ledger = options(&name).open(url).await?;
        Ok(Self {
            url: url.to_owned(),
            name,
            ledger,
        })
    }

    /// A schema with a table of the shop's own.
    pub(crate) async fn with_receipts() -> Self {
        let schema = Self::new().await.unwrap();
        schema.make_receipts().await;
        schema
    }

    pub(crate) async fn make_receipts(&self) {
        let receipts = self.table("receipts");
        self.execute(&format!("CREATE TABLE {receipts} (order_id text NOT NULL)"))
            .await;
    }

    pub(crate) async fn write_receipt(&self, connection: &mut PgConnection) {
        let receipts = self.table("receipts");
        self.execute_in(
            connection,
            &format!("INSERT INTO {receipts} VALUES ('ORDER1')"),
        )
        .await;
    }

    /// Asked on a connection of its own: one of the pool may be on its way back, cut off.
    pub(crate) async fn receipts(&self) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let count = format!("SELECT count(*) FROM {}", self.table("receipts"));
        let count = sqlx::query_scalar(AssertSqlSafe(count));
        count.fetch_one(&mut connection).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut connection = self.ledger.pool().acquire().await.unwrap();
        self.execute_in(&mut connection, sql).await;
    }

    pub(crate) async fn execute_in(&self, connection: &mut PgConnection, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(connection).await.unwrap();
    }

    /// Returns when a statement on this schema's orders waits for somebody's transaction to end.
    pub(crate) async fn somebody_waits_for_a_lock(&self) {
        let waiting = format!(
            "SELECT count(*) FROM pg_stat_activity
             WHERE wait_event_type = 'Lock' AND query LIKE '%{}%'",
            self.name
        );
        eventually("somebody waits for a lock", || async {
            let waiting: i64 = sqlx::query_scalar(AssertSqlSafe(waiting.clone()))
                .fetch_one(self.ledger.pool())
                .await
                .unwrap();
            (waiting > 0).then_some(())
        })
        .await;
    }

    /// Options for one more ledger on the same tables.
    pub(crate) fn options(&self) -> PostgresLedgerOptions {
        options(&self.name)
    }

    /// One more ledger on the same tables, with a pool of its own.
    pub(crate) async fn node(&self) -> Result<PostgresLedger, BoxError> {
        Ok(self.options().open(&self.url).await?)
    }

    /// The name of a table, as SQL text.
    pub(crate) fn table(&self, table: &str) -> String {
        format!("{}.{table}", self.name)
    }
}

fn options(schema: &SchemaName) -> PostgresLedgerOptions {
    PostgresLedger::options().schema(schema.clone())
}

pub(crate) fn payment_of(order_id: &str) -> Payment {
    let order = OrderKey::new("100001", order_id).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

pub(crate) fn payment() -> Payment {
    payment_of("ORDER1")
}

/// A claim by a new claimant, for as long as any test runs.
pub(crate) async fn claim_of(ledger: &PostgresLedger, order_id: &str) -> Result<Claim, StoreError> {
    let payment = payment_of(order_id);
    ledger.claim(&payment, Claimant::unique(), LEASE).await
}

pub(crate) async fn claim(ledger: &PostgresLedger, lease_for: Duration) -> Claim {
    ledger
        .claim(&payment(), Claimant::unique(), lease_for)
        .await
        .unwrap()
}

pub(crate) async fn hold(ledger: &PostgresLedger, lease_for: Duration) -> Lease {
    granted(claim(ledger, lease_for).await)
}

pub(crate) fn granted(claim: Claim) -> Lease {
    match claim {
        Claim::Granted(lease) => lease,
        other => panic!("granted, not {other:?}"),
    }
}
