//! redis-benchmark, Redis's own benchmark.

use std::ops::RangeInclusive;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use async_trait::async_trait;
use bench::payments::{LEASE, payment};
use bench::stats::float;
use database_servers::Redis;
use paid_once::{Claim, Claimant, OrderStore as _, Settled};
use paid_once_redis::RedisLedger;
use paid_once_redis::redis::aio::MultiplexedConnection;
use paid_once_redis::redis::cmd;
use tokio::task::JoinSet;

use crate::engine::{Contender, ROUND, Round};
use crate::pipelined::Pipelined;

/// Claims, and then settlements, in one round: what the rate of the round before gives for half of
/// its time, within this.
const PAYMENTS: RangeInclusive<usize> = 500..=4_000;
/// Orders for each settlement, which takes one at random: so many that few are taken twice.
const HELD_FOR_EACH: usize = 5;
/// Claims at a time that prepare them.
const PREPARING: usize = 256;
/// What redis-benchmark replaces by twelve random digits.
const RANDOM: &str = "__rand_int__";
/// The order in the words that the server logged.
const LOGGED: &str = "000000000000000002";

/// The ledger's own two commands, from one connection for each writer.
///
/// redis-benchmark sends one command at a time, so claims and settlements are measured one after the
/// other, and the rate of payments follows from both. The settlements need leases that are held: the
/// ledger claims them before.
pub(crate) struct RedisBenchmark {
    port: u16,
    ledger: RedisLedger,
    claimant: Claimant,
    claim: Vec<String>,
    settle: Vec<String>,
    /// Every round has orders of its own.
    rounds: usize,
    payments: usize,
}

/// What one call of redis-benchmark says.
struct Measured {
    rate: f64,
    p99_ms: f64,
}

impl RedisBenchmark {
    pub(crate) async fn new(
        server: &Redis,
        mut connection: MultiplexedConnection,
        ledger: RedisLedger,
    ) -> Result<Self> {
        let claimant = Claimant::unique();
        // Once before, so that both scripts are known to Redis.
        for warm_up in ["000000000000000001", LOGGED] {
            cmd("SLOWLOG")
                .arg("RESET")
                .exec_async(&mut connection)
                .await?;
            slower_than(&mut connection, "0").await?;
            let Claim::Granted(lease) = ledger.claim(&payment(warm_up)?, claimant, LEASE).await?
            else {
                bail!("a new order is granted");
            };
            ensure!(ledger.settle(&lease).await? == Settled::Now);
            slower_than(&mut connection, "-1").await?;
        }
        let commands = slow_log(&mut connection).await?;
        let mut scripts = commands
            .into_iter()
            .filter(|words| words.first().is_some_and(|word| word == "EVALSHA"));
        let (Some(settle), Some(claim), None) = (scripts.next(), scripts.next(), scripts.next())
        else {
            bail!("a payment is two scripts");
        };
        Ok(Self {
            port: server.port(),
            ledger,
            claimant,
            claim,
            settle,
            rounds: 0,
            payments: *PAYMENTS.start(),
        })
    }

    /// The same two commands with nobody to answer.
    pub(crate) fn pipelined(&self, connection: MultiplexedConnection) -> Pipelined {
        Pipelined {
            connection,
            claim: self.claim.clone(),
            settle: self.settle.clone(),
            order_id: LOGGED,
        }
    }

    /// Claims orders for the settlements of one round.
    async fn prepare(&self, round: usize, held: usize) -> Result<()> {
        let mut tasks = JoinSet::new();
        for first in 0..PREPARING {
            let (ledger, claimant) = (self.ledger.clone(), self.claimant);
            tasks.spawn(async move {
                for number in (first..held).step_by(PREPARING) {
                    let payment = payment(&format!("{round:06}{number:012}"))?;
                    let claim = ledger.claim(&payment, claimant, LEASE).await?;
                    ensure!(matches!(claim, Claim::Granted(_)), "{claim:?}");
                }
                Ok(())
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        Ok(())
    }

    fn run(
        &self,
        writers: usize,
        command: &[String],
        keys: usize,
        round: usize,
    ) -> Result<Measured> {
        let random = format!("{round:06}{RANDOM}");
        let words = command.iter().map(|word| word.replace(LOGGED, &random));
        let output = Command::new("redis-benchmark")
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "--csv"])
            .args(["-c", &writers.to_string(), "-n", &self.payments.to_string()])
            .args(["-r", &keys.to_string()])
            .args(words)
            .output()
            .context("redis-benchmark is missing: install Debian's package redis-tools")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "redis-benchmark failed\n{said}");
        // "command","rps","avg","min","p50","p95","p99","max"
        let last = said.lines().last().unwrap_or_default();
        let mut from_the_end = last.rsplit(',').map(|word| word.trim_matches('"').parse());
        let p99_ms = from_the_end.nth(1).context("no latency")??;
        let rate = from_the_end.nth(4).context("no rate")??;
        Ok(Measured { rate, p99_ms })
    }
}

#[async_trait]
impl Contender for RedisBenchmark {
    fn name(&self) -> &'static str {
        "redis-benchmark, the same scripts"
    }

    async fn round(&mut self, writers: usize) -> Result<Round> {
        self.rounds += 1;
        let (settling, claiming) = (2 * self.rounds, 2 * self.rounds + 1);
        let held = HELD_FOR_EACH * self.payments;
        self.prepare(settling, held).await?;
        let claim = self.run(writers, &self.claim, 1_000_000_000_000, claiming)?;
        let settle = self.run(writers, &self.settle, held, settling)?;
        // Orders drawn again are settled already, which is cheaper: only the others count.
        let drawn = 1.0 / float(HELD_FOR_EACH);
        let settled = settle.rate * (1.0 - (-drawn).exp()) / drawn;
        let rate = 1.0 / (1.0 / claim.rate + 1.0 / settled);
        self.payments = payments_for(rate);
        Ok(Round {
            rate,
            // At most: the slowest claim is rarely of the payment with the slowest settlement.
            p99_ms: claim.p99_ms + settle.p99_ms,
        })
    }
}

/// As many as take half of a round at this rate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is positive and far below 2^52"
)]
fn payments_for(rate: f64) -> usize {
    let payments = (rate * ROUND.as_secs_f64() / 2.0) as usize;
    payments.clamp(*PAYMENTS.start(), *PAYMENTS.end())
}

/// From how many microseconds on commands are logged; -1 for none.
async fn slower_than(connection: &mut MultiplexedConnection, micros: &str) -> Result<()> {
    let mut set = cmd("CONFIG");
    set.arg("SET").arg("slowlog-log-slower-than").arg(micros);
    Ok(set.query_async(connection).await?)
}

/// The words of the logged commands, newest first.
async fn slow_log(connection: &mut MultiplexedConnection) -> Result<Vec<Vec<String>>> {
    type Entry = (i64, i64, i64, Vec<String>, String, String);
    let entries: Vec<Entry> = cmd("SLOWLOG")
        .arg("GET")
        .arg(64)
        .query_async(connection)
        .await?;
    Ok(entries.into_iter().map(|entry| entry.3).collect())
}
