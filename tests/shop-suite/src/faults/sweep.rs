use std::time::Duration;

use anyhow::{Result, ensure};
use database_servers::Proxy;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::nodes::{Nodes, Server, Site, one_each, patiently};
use crate::harness::{Program, Shop, eventually};
use crate::rules::kill::Found;

/// No delivery asks its database more often.
const MOST: u32 = 40;
/// The expected amount, the claim, and the receipt with the settlement.
const LEAST: usize = 3;
/// Short, so that a claim of a dead process does not hold the next delivery off for long.
const LEASE: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_millis(300);

/// A fault at every answer that the database gives during one delivery, one after the other.
///
/// One node reaches the server through a line that the rule controls, and the fault hits it; the other
/// node has its own way, and gets what is delivered again.
pub(super) struct Sweep {
    pub(super) server: Server,
    pub(super) site: Site,
    pub(super) line: Proxy,
    victim: Program,
    pub(super) other: Shop,
    found: Vec<Found>,
}

impl Sweep {
    pub(super) async fn begin(nodes: Nodes) -> Result<Self> {
        let server = Server::start(nodes.database())?;
        let (line, url) = server.line()?;
        let site = nodes.open_on(&server).await?;
        let [victim, other] = site.programs();
        let timed = |program: Program| program.handler_timeout(TIMEOUT).lease(LEASE);
        let other = timed(other).start().await?;
        Ok(Self {
            server,
            site,
            line,
            victim: timed(victim).set("DATABASE_URL", url),
            other,
            found: Vec::new(),
        })
    }

    /// Starts the node behind the line.
    pub(super) async fn victim(&self) -> Result<Shop> {
        self.victim.start().await
    }

    /// Handles one payment undisturbed, so that the node's connections are there and its statements
    /// known.
    pub(super) async fn warm(&self, victim: &Shop) -> Result<()> {
        let oid = self.open_order().await?;
        victim.notify_until_ok(&self.site.market.paid(&oid)).await?;
        Ok(())
    }

    pub(super) async fn open_order(&self) -> Result<String> {
        patiently("an order is opened", async || self.other.open_order().await).await
    }

    /// Delivers a new order's notification to the victim, and returns with the delivery when the answer
    /// number `step` of the database is kept back. `None` when the delivery needs fewer answers.
    pub(super) async fn hold(
        &self,
        victim: &Shop,
        step: u32,
    ) -> Result<Option<(String, TcpStream)>> {
        let oid = self.open_order().await?;
        self.line.hold_answer_after(step);
        let stream = victim.send(&self.site.market.paid(&oid)).await?;
        let is_held = eventually("an answer is kept back", async || {
            if self.line.is_holding_an_answer() {
                return Ok(Some(true));
            }
            let mut first = [0];
            let peek = timeout(Duration::from_millis(1), stream.peek(&mut first)).await;
            Ok(peek.is_ok().then_some(false))
        })
        .await?;
        if !is_held {
            self.line.go_on();
        }
        Ok(is_held.then_some((oid, stream)))
    }

    /// Delivers again at the other node and looks for the one receipt.
    pub(super) async fn heal(&mut self, oid: &str, answer: &[u8]) -> Result<u32> {
        let step = self.found.len();
        let healed = self.site.heal(&self.other, oid, answer).await;
        let healed = healed.map_err(|error| error.context(format!("fault at answer {step}")))?;
        ensure!(
            healed.attempt <= 2,
            "fault at answer {step}: attempt {}",
            healed.attempt
        );
        self.found.push(healed.found);
        Ok(healed.attempt)
    }

    /// The number of the next answer to disturb.
    pub(super) fn next(&self) -> Result<u32> {
        let step = u32::try_from(self.found.len())?;
        ensure!(step < MOST, "the delivery never ends: {:?}", self.found);
        Ok(step)
    }

    /// Looks back: no order has two receipts. Returns where each fault found its delivery.
    pub(super) async fn end(self) -> Result<Vec<Found>> {
        eprintln!("{} answers: {:?}", self.found.len(), self.found);
        ensure!(
            self.found.len() >= LEAST,
            "a delivery is more than {:?}",
            self.found
        );
        let receipts = patiently("receipts", async || self.other.receipts().await).await?;
        one_each(&receipts)?;
        Ok(self.found)
    }
}
