//! What is not in the ledger: many claims in one statement.

use std::time::Instant;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use bench::payments::{LEASE, MERCHANT, MINOR_UNITS, next_order_id};
use paid_once::Claimant;
use paid_once_sqlx::sqlx::postgres::PgConnection;
use paid_once_sqlx::sqlx::{Connection as _, query};

use crate::engine::{Contender, ROUND, Round};

/// Payments in one statement.
pub(crate) const TOGETHER: usize = 32;

// The ledger's rules, without its answer for orders that are not free.
const CLAIM: &str = "
    INSERT INTO paid_once_orders AS o
        (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
         unsettled_claims, fence)
    SELECT $1, asked.order_id, asked.claimant,
        clock_timestamp() + $4 * interval '1 millisecond', $5, 'TRY', 1, 1
    FROM unnest($2::text[], $3::bytea[]) AS asked (order_id, claimant)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        unsettled_claims = o.unsettled_claims
            + (o.lease_claimant IS DISTINCT FROM excluded.lease_claimant)::int,
        fence = o.fence + (o.lease_claimant IS DISTINCT FROM excluded.lease_claimant)::int,
        lease_claimant = excluded.lease_claimant,
        lease_until = excluded.lease_until,
        lease_total = excluded.lease_total,
        lease_currency = excluded.lease_currency
    WHERE o.paid_at IS NULL
        AND (o.lease_claimant IS NULL
            OR o.lease_claimant = excluded.lease_claimant
            OR o.lease_until <= clock_timestamp())
    RETURNING o.order_id, o.lease_claimant, o.unsettled_claims, o.fence";

const SETTLE: &str = "
    UPDATE paid_once_orders AS o SET
        paid_by = o.lease_claimant, paid_at = clock_timestamp(),
        paid_total = o.lease_total, paid_currency = o.lease_currency,
        unsettled_claims = o.unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    FROM unnest($2::text[], $3::bytea[]) AS asked (order_id, claimant)
    WHERE o.merchant = $1 AND o.order_id = asked.order_id AND o.lease_claimant = asked.claimant
    RETURNING o.order_id, o.paid_by";

/// One connection that claims 32 orders in one statement and settles them in another.
pub(crate) struct Coalesced(PgConnection);

impl Coalesced {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgConnection::connect(url).await?))
    }

    async fn pay(&mut self) -> Result<()> {
        let order_ids: Vec<String> = (0..TOGETHER).map(|_| next_order_id()).collect();
        let claimant = || Claimant::unique().to_bits().to_be_bytes().to_vec();
        let claimants: Vec<Vec<u8>> = (0..TOGETHER).map(|_| claimant()).collect();
        let claimed = query(CLAIM)
            .bind(MERCHANT)
            .bind(&order_ids)
            .bind(&claimants)
            .bind(i64::try_from(LEASE.as_millis())?)
            .bind(MINOR_UNITS.cast_signed())
            .fetch_all(&mut self.0)
            .await?;
        let settled = query(SETTLE)
            .bind(MERCHANT)
            .bind(&order_ids)
            .bind(&claimants)
            .fetch_all(&mut self.0)
            .await?;
        ensure!(claimed.len() == TOGETHER && settled.len() == TOGETHER);
        Ok(())
    }
}

#[async_trait]
impl Contender for Coalesced {
    fn name(&self) -> &'static str {
        "32 payments in one unnest statement"
    }

    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let start = Instant::now();
        let mut latencies = Vec::new();
        while start.elapsed() < ROUND {
            let start = Instant::now();
            self.pay().await?;
            // Each of them took as long as all.
            latencies.extend([start.elapsed().as_secs_f64(); TOGETHER]);
        }
        Ok(Round::of(latencies, start.elapsed().as_secs_f64()))
    }
}
