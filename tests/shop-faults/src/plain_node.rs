//! A node whose payment handler knows nothing of the settlement: it leaves its effect, a line in the file
//! that `NODE_EFFECTS` names, and answers. The gate settles after that.
//!
//! It takes the settings of `shop::Settings` and nothing but notifications; a shop on the same database
//! opens the orders.
#![allow(clippy::print_stdout, reason = "a server tells where it listens")]

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use paid_once_redis::RedisLedger;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_axum::paytr_core::paid_once::GateBuilder;
use paytr_axum::paytr_core::{CallbackGate, Gate, Keyring, OrderLedger};
use paytr_axum::{PaytrCallbackLayer, VerifiedCallback};
use shop::{DatabaseUrl, PaytrService, Settings};
use tokio::net::TcpListener;
use tokio::time::sleep;

const CALLBACK: &str = "/paytr/callback";

#[tokio::main]
async fn main() -> Result<()> {
    shop::init_logging();
    let settings = Settings::from_env()?;
    let store_timeout = settings.store_timeout();
    let PaytrService::Remote { credentials, .. } = settings.paytr else {
        bail!("set the credentials of PayTR");
    };
    let gate = gate(&settings.database)
        .await?
        .handler_timeout(settings.handler_timeout)
        .lease_for(settings.lease_for)
        .store_timeout(store_timeout)
        .build()?;
    let gate = CallbackGate::new(Keyring::new(credentials), gate);
    let effects = std::env::var("NODE_EFFECTS").context("set NODE_EFFECTS")?;
    let handler = Handler {
        effects: File::options()
            .append(true)
            .create(true)
            .open(effects)?
            .into(),
        pause: settings.handler_delay,
    };
    let app = Router::new()
        .route(CALLBACK, post(paid))
        .layer(PaytrCallbackLayer::new(gate).at(CALLBACK))
        .with_state(handler);
    let listener = TcpListener::bind(settings.address).await?;
    println!("shop:    http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn gate(database: &DatabaseUrl) -> Result<GateBuilder> {
    Ok(match database {
        DatabaseUrl::Sqlite(path) => on(SqliteLedger::connect(path).await?),
        DatabaseUrl::Postgres(url) => on(PostgresLedger::connect(url.with_password()).await?),
        DatabaseUrl::Redis(url) => on(RedisLedger::connect(url.with_password()).await?),
        DatabaseUrl::Memory => bail!("nodes share a database"),
    })
}

fn on<L: OrderLedger>(ledger: L) -> GateBuilder {
    let ledger = Arc::new(ledger);
    Gate::builder(ledger.clone(), ledger)
}

/// What the handler needs.
#[derive(Clone)]
struct Handler {
    effects: Arc<File>,
    /// Before the effect, and once more after it.
    pause: Duration,
}

async fn paid(State(handler): State<Handler>, payment: VerifiedCallback) -> StatusCode {
    sleep(handler.pause).await;
    let effect = format!("{} {}\n", payment.merchant_oid(), payment.attempt());
    // One write of a few bytes to the end of a file: a line is there or it is not.
    if handler
        .effects
        .as_ref()
        .write_all(effect.as_bytes())
        .is_err()
    {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    sleep(handler.pause).await;
    StatusCode::OK
}
