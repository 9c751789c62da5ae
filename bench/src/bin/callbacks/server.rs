//! The servers, each in a process of its own, and what all of them share.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use paytr_core::{
    BoxError, CallbackGate, Currency, Expected, ExpectedAmount, Gate, Keyring, MemoryStore, Money,
    OrderKey, async_trait,
};
use serde::Deserialize;

use super::{actix_server, axum_server};
use bench::notifications::credentials;

pub(super) const PATH: &str = "/paytr/callback";

/// A server process; it ends with this value.
pub(crate) struct ServerProcess {
    child: Child,
    address: SocketAddr,
}

impl ServerProcess {
    pub(crate) fn start(kind: &str) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", kind])
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().parse().context("the server gave no address")?;
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// CPU time of all threads so far, in seconds, from the kernel's scheduler (Linux).
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let mut nanoseconds = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let statistics = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = statistics.split_whitespace().next();
            nanoseconds += on_cpu.context("no scheduler statistics")?.parse::<f64>()?;
        }
        Ok(nanoseconds / 1e9)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the servers until it is killed; it prints its address first.
pub(crate) fn serve(kind: &str) -> Result<()> {
    match kind {
        "axum-bare" => axum_server::bare(),
        "axum" => axum_server::callback(),
        "actix-bare" => actix_server::bare(),
        "actix" => actix_server::callback(),
        other => bail!("unknown server {other}"),
    }
}

/// What a shop without any check would read.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is that the fields are parsed")]
pub(super) struct Notification {
    merchant_oid: String,
    status: String,
    total_amount: u64,
    hash: String,
}

/// A gate with a store in memory.
pub(super) fn gate() -> Result<CallbackGate> {
    let gate = Gate::builder(Arc::new(MemoryStore::new()), Arc::new(OnePrice)).build()?;
    Ok(CallbackGate::new(Keyring::new(credentials()?), gate))
}

/// Every order costs 34.56 lira.
struct OnePrice;

#[async_trait]
impl ExpectedAmount for OnePrice {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        Ok(Expected::AtLeast(Money::new(3_456, Currency::TRY)))
    }
}
