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

    /// User and system time so far, in seconds, from the kernel's accounting.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        /// What `sysconf(_SC_CLK_TCK)` says on every Linux that Rust supports.
        const TICKS_PER_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, after_name) = stat.rsplit_once(')').context("no process statistics")?;
        let ticks = |index| -> Result<f64> {
            let field = after_name.split_whitespace().nth(index);
            Ok(field.context("no process times")?.parse()?)
        };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
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
