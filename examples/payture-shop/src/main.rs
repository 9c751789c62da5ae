//! A shop on axum that takes Payture payments.
//!
//! `cargo run -p payture-shop` needs nothing else: without a terminal it starts a fake Payture beside
//! itself. The settings are described in [`settings::Settings`].
//!
//! What is worth copying: the order is in the ledger before Payture hears of it (`pay`), a notification and
//! a browser's return only start a question (`routes`), receipt and settlement are one database transaction
//! (`receipts`), and a reconciler asks about orders that nobody said anything about (`shop`).
#![allow(clippy::print_stdout, reason = "a server tells where it listens")]

mod cart;
mod pages;
mod pay;
mod receipts;
mod routes;
mod settings;
mod shop;

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use ::shop::{init_logging, stop_signal};
use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::settings::Settings;
use crate::shop::Shop;

/// How long a stopping shop waits for connections. A payment whose connection is cut here is still handled:
/// `Shop::drain` waits for it.
const CONNECTIONS_DEADLINE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<()> {
    init_logging();
    let settings = Settings::from_env()?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("cannot listen on {}: set SHOP_ADDR", settings.address))?;
    let address = listener.local_addr()?;
    let shop = Arc::new(Shop::open(settings, address).await?);
    let reconciler = tokio::spawn(shop.reconcile());

    println!("{}", shop.greeting(address));
    serve_until_stopped(listener, &shop).await?;
    shop.stop_reconciling();
    reconciler.await?;
    shop.drain().await
}

/// Serves until the stop signal, and then until no connection is busy, but not for ever: a client that
/// never ends its request must not keep the shop from stopping.
async fn serve_until_stopped(listener: TcpListener, shop: &Arc<Shop>) -> Result<()> {
    let stopping = Arc::new(Notify::new());
    let stopped = Arc::clone(&stopping);
    let server = axum::serve(listener, routes::app(shop)).with_graceful_shutdown(async move {
        stop_signal().await;
        stopped.notify_one();
    });
    let out_of_patience = async {
        stopping.notified().await;
        tokio::time::sleep(CONNECTIONS_DEADLINE).await;
    };
    tokio::select! {
        outcome = server.into_future() => outcome?,
        () = out_of_patience => tracing::warn!("stopping, though some connections are still busy"),
    }
    Ok(())
}
