//! Everything goes the way of several calls here, single ones too: it answers as each alone would be answered.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{
    BoxError, Claim, Claimant, Currency, FailureReason, HandlerFailure, Lease, Money, OrderKey,
    OrderLedger as _, OrderStore as _, Payment, Review, ReviewFilter, StoreError, async_trait,
};
use sqlx::{AssertSqlSafe, Row as _};

use super::super::queue::Queue;
use super::{Claims, Settlements};
use crate::PostgresLedger;

/// An empty schema and a ledger in it.
struct Together {
    schema: String,
    ledger: PostgresLedger,
}

async fn open(schema: &str) -> Result<PostgresLedger, BoxError> {
    let options = PostgresLedger::options().schema(schema.parse()?);
    let url = database_servers::shared::postgres_url()?;
    Ok(options.open(&url).await?)
}

impl Together {
    async fn opened(schema: String) -> Result<Self, BoxError> {
        let ledger = open(&schema).await?;
        let claims = Claims {
            connections: ledger.connections.clone(),
            statements: Arc::clone(&ledger.statements),
        };
        let settlements = Settlements {
            connections: ledger.connections.clone(),
            statements: Arc::clone(&ledger.statements),
        };
        let ledger = PostgresLedger {
            claims: Queue::always_together(claims),
            settlements: Queue::always_together(settlements),
            ..ledger
        };
        Ok(Self { schema, ledger })
    }
}

#[async_trait]
impl Subject for Together {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::opened(format!("test_{}", Claimant::unique())).await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        let node = Self::opened(self.schema.clone()).await?;
        Ok(Arc::new(node.ledger))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.ledger.close().await;
        Self::opened(self.schema).await
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::Together);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Together);
}

mod back_office {
    paid_once::back_office_tests!(super::Together);
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// Of these the last one cannot be written.
const ORDERS: [&str; 6] = ["A", "B", "C", "D", "E", "SPOILED"];

async fn spoil(ledger: &PostgresLedger, schema: &str) {
    let sql = format!(
        "CREATE FUNCTION {schema}.spoil() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE check_violation; END $$;
         CREATE TRIGGER spoil BEFORE INSERT ON {schema}.paid_once_orders FOR EACH ROW
         WHEN (new.order_id = 'SPOILED') EXECUTE FUNCTION {schema}.spoil()"
    );
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    sql.execute(ledger.pool()).await.unwrap();
}

fn payment(random: &mut Random) -> Payment {
    let order = OrderKey::new("m", ORDERS[random.below(ORDERS.len())]).unwrap();
    match random.below(4) {
        0 => Payment::failed(order, FailureReason::default()),
        1 => Payment::paid(order, Money::new(2, Currency::TRY)),
        _ => Payment::paid(order, Money::new(1, Currency::TRY)),
    }
}

/// Without the times, which no two runs have in common.
fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> String {
    let told = format!("{:?}", answer.map_err(|_| "an error"));
    told.split("retry_after")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Everything but the times.
async fn orders(ledger: &PostgresLedger, schema: &str) -> Vec<String> {
    let sql = format!(
        "SELECT concat_ws(' ', order_id, encode(lease_claimant, 'hex'), lease_total, unsettled_claims, fence,
            encode(paid_by, 'hex'), paid_total, encode(failed_by, 'hex'), undelivered_since IS NULL, last_failure,
            due_at IS NULL)
         FROM {schema}.paid_once_orders ORDER BY order_id"
    );
    let sql = sqlx::query(AssertSqlSafe(sql));
    let rows = sql.fetch_all(ledger.pool()).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// A history of rounds, each of them sent together here and one after the other there.
async fn compare(seed: u64) {
    let mut random = Random(seed);
    let here = Together::fresh().await.unwrap();
    let schema = format!("test_{}", Claimant::unique());
    let there = open(&schema).await.unwrap();
    spoil(&here.ledger, &here.schema).await;
    spoil(&there, &schema).await;
    let mut leases = Vec::new();
    for round in 0..12 {
        let count = 1 + random.below(9);
        let (answers, expected) = if random.below(3) < 2 {
            // Leases that have run out at once, or never do.
            let lease_for = [Duration::ZERO, Duration::from_mins(10)][random.below(2)];
            let mut claims: Vec<_> = (0..count)
                .map(|_| (payment(&mut random), Claimant::unique()))
                .collect();
            if claims
                .iter()
                .any(|(payment, _)| payment.order.order_id() == "SPOILED")
            {
                // All of them go alone then, side by side: of several about one order any may be the first.
                claims.sort_by(|(one, _), (other, _)| one.order.cmp(&other.order));
                claims.dedup_by(|(one, _), (other, _)| one.order == other.order);
            }
            let together = claims
                .iter()
                .map(|(payment, claimant)| here.ledger.claim(payment, *claimant, lease_for));
            let together = join_all(together).await;
            let mut alone = Vec::new();
            for (payment, claimant) in &claims {
                let claim = there.claim(payment, *claimant, lease_for).await;
                if let Ok(Claim::Granted(lease)) = &claim {
                    leases.push(lease.clone());
                }
                alone.push(told(claim));
            }
            (together.into_iter().map(told).collect::<Vec<_>>(), alone)
        } else if leases.is_empty() {
            continue;
        } else {
            let chosen: Vec<Lease> = (0..count)
                .map(|_| leases[random.below(leases.len())].clone())
                .collect();
            let together = join_all(chosen.iter().map(|lease| here.ledger.settle(lease))).await;
            let mut alone = Vec::new();
            for lease in &chosen {
                alone.push(told(there.settle(lease).await));
            }
            let released = &leases[random.below(leases.len())];
            for ledger in [&here.ledger, &there] {
                ledger
                    .release(released, HandlerFailure::Error)
                    .await
                    .unwrap();
            }
            (together.into_iter().map(told).collect(), alone)
        };
        assert_eq!(answers, expected, "seed {seed}, round {round}");
        assert_eq!(
            orders(&here.ledger, &here.schema).await,
            orders(&there, &schema).await,
            "seed {seed}, round {round}"
        );
    }
}

#[tokio::test]
async fn what_goes_together_is_answered_as_each_alone() {
    for seed in 0..12 {
        compare(seed).await;
    }
}
