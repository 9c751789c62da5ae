//! The two servers, each in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::extract::Form;
use axum::routing::post;
use paytr_axum::paytr_core::{
    BoxError, CallbackGate, Currency, Expected, ExpectedAmount, Gate, Keyring, MemoryStore, Money,
    OrderKey, async_trait,
};
use paytr_axum::{PaytrCallbackLayer, VerifiedCallback};
use serde::Deserialize;

use crate::notifications::credentials;

const PATH: &str = "/paytr/callback";

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

/// Runs one of the servers until it is killed; prints its address first.
pub(crate) fn serve(kind: &str) -> Result<()> {
    let app = match kind {
        "bare" => Router::new().route(PATH, post(parse_form)),
        "layer" => Router::new()
            .route(PATH, post(handle))
            .layer(PaytrCallbackLayer::new(gate()?, PATH)),
        other => bail!("unknown server {other}"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

/// What a shop without any check would write.
#[derive(Deserialize)]
struct Notification {
    merchant_oid: String,
    status: String,
    total_amount: u64,
    hash: String,
}

async fn parse_form(Form(form): Form<Notification>) -> &'static str {
    std::hint::black_box((form.merchant_oid, form.status, form.total_amount, form.hash));
    "OK"
}

async fn handle(payment: VerifiedCallback) {
    std::hint::black_box(payment.merchant_oid());
}

fn gate() -> Result<CallbackGate> {
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
