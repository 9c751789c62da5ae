//! PayTR's notifications on bare hyper and tower, without a web framework.
//!
//! Settings, from the environment: `PAYTR_MERCHANT_ID`, `PAYTR_MERCHANT_KEY`, `PAYTR_MERCHANT_SALT`;
//! `SHOP_ADDR`, such as `127.0.0.1:3000`; `ORDERS_DB`, the SQLite file in which the shop opens its orders.
#![allow(clippy::print_stdout, reason = "a server tells where it listens")]

mod serve;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Empty;
use hyper::body::Incoming;
use paid_once_sqlx::SqliteLedger;
use paytr_core::{CallbackGate, Credentials, VerifiedPayment};
use paytr_tower::{PaytrCallbackLayer, callback::RequestBody};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

const CALLBACK: &str = "/paytr/callback";
/// Longer than a handler may run, which is 30 s.
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);

#[tokio::main]
async fn main() -> Result<()> {
    let [id, key, salt] = [
        "PAYTR_MERCHANT_ID",
        "PAYTR_MERCHANT_KEY",
        "PAYTR_MERCHANT_SALT",
    ];
    let credentials = Credentials::new(variable(id)?, variable(key)?, variable(salt)?)?;
    let ledger = Arc::new(SqliteLedger::connect(variable("ORDERS_DB")?).await?);
    let gate = CallbackGate::with_ledger(credentials, ledger);
    let layer = PaytrCallbackLayer::new(gate).at(CALLBACK);
    let service = ServiceBuilder::new()
        .layer(layer.clone())
        .service_fn(answer);

    let listener = TcpListener::bind(variable("SHOP_ADDR")?).await?;
    println!("callback: http://{}{CALLBACK}", listener.local_addr()?);
    serve::until_stopped(listener, service).await;
    Ok(layer.drain(DRAIN_DEADLINE).await?)
}

/// The inner service. A request that comes with a payment has passed every check; 2xx settles it.
async fn answer(
    request: Request<RequestBody<Incoming>>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let mut response = Response::new(Empty::new());
    match request.extensions().get::<VerifiedPayment>() {
        Some(payment) => println!("{} paid {:?}", payment.merchant_oid(), payment.total()),
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    Ok(response)
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("set {name}"))
}
