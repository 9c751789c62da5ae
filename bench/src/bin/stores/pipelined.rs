//! Redis with nobody to answer: the ledger's own two scripts over one connection, 32 payments at a time.

use std::time::Instant;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use bench::payments::next_order_id;
use paid_once_redis::redis::aio::MultiplexedConnection;
use paid_once_redis::redis::{Cmd, Pipeline, Value};

use crate::engine::{Contender, ROUND, Round};

/// Payments in one round trip: so many are claimed and so many others settled.
pub(crate) const TOGETHER: usize = 32;

/// What the server can do with these scripts at most: each round trip is one read, one run of 64 scripts, one fsync and
/// one answer.
pub(crate) struct Pipelined {
    pub(crate) connection: MultiplexedConnection,
    pub(crate) claim: Vec<String>,
    pub(crate) settle: Vec<String>,
    /// The order in the words of both, which is replaced.
    pub(crate) order_id: &'static str,
}

impl Pipelined {
    async fn trip(&mut self, claimed: &[String], held: &[String]) -> Result<()> {
        let mut pipeline = Pipeline::with_capacity(claimed.len() + held.len());
        for (words, orders) in [(&self.claim, claimed), (&self.settle, held)] {
            for order in orders {
                let command = pipeline.add_command(Cmd::default());
                let words = words.iter().map(|word| word.replace(self.order_id, order));
                command.arg(words.collect::<Vec<_>>());
            }
        }
        let answers: Vec<Value> = pipeline.query_async(&mut self.connection).await?;
        for (answer, place) in answers.iter().zip(0..) {
            let expected = if place < claimed.len() {
                "granted"
            } else {
                "now"
            };
            let Value::Array(answer) = answer else {
                anyhow::bail!("a script answers with a list: {answer:?}");
            };
            let is_it = answer.first() == Some(&Value::BulkString(expected.into()));
            ensure!(is_it, "not {expected}: {answer:?}");
        }
        Ok(())
    }
}

#[async_trait]
impl Contender for Pipelined {
    fn name(&self) -> &'static str {
        "the same, 32 in a round trip"
    }

    async fn round(&mut self, _writers: usize) -> Result<Round> {
        let start = Instant::now();
        let (mut latencies, mut held) = (Vec::new(), Vec::new());
        while start.elapsed() < ROUND {
            let start = Instant::now();
            let claimed: Vec<_> = (0..TOGETHER).map(|_| next_order_id()).collect();
            self.trip(&claimed, &held).await?;
            held = claimed;
            // Each of them waits for two trips.
            latencies.extend([2.0 * start.elapsed().as_secs_f64(); TOGETHER]);
        }
        let seconds = start.elapsed().as_secs_f64();
        self.trip(&[], &held).await?;
        Ok(Round::of(latencies, seconds))
    }
}
