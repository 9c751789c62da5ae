//! A shop on actix-web that takes Paytrek payments.
//!
//! `cargo run -p paytrek-shop` needs nothing else: without credentials it starts a fake Paytrek beside
//! itself. The settings are described in [`Settings`]. What is worth copying is in [`receipts`]: the receipt
//! and the settlement are written in one database transaction, so that a paid order has exactly one receipt
//! whatever dies; and in [`shop`]: a reconciler finds the buyers who paid and never came back.
#![allow(clippy::print_stdout, reason = "a server tells where it listens")]

mod cart;
mod checkout;
mod pages;
mod receipts;
mod routes;
mod settings;
mod shop;

use std::net::TcpListener;

use actix_web::{App, HttpServer, rt, web};
use anyhow::{Context as _, Result};

use settings::Settings;
use shop::Shop;

/// How long a stopping shop waits for connections that are still busy when every payment is handled.
const CONNECTIONS_DEADLINE_SECONDS: u64 = 10;

#[actix_web::main]
async fn main() -> Result<()> {
    ::shop::init_logging();
    let settings = Settings::from_env()?;
    let listener = TcpListener::bind(settings.address)
        .with_context(|| format!("cannot listen on {}: set SHOP_ADDR", settings.address))?;
    let address = listener.local_addr()?;
    let shop = web::Data::new(Shop::open(settings, address).await?);
    let reconciler = rt::spawn(shop.reconcile());

    let app = {
        let shop = shop.clone();
        move || App::new().app_data(shop.clone()).configure(routes::mount)
    };
    let server = HttpServer::new(app)
        .disable_signals()
        .shutdown_timeout(CONNECTIONS_DEADLINE_SECONDS)
        .listen(listener)?
        .run();
    let handle = server.handle();
    println!("{}", shop.greeting(address));

    let stopping = rt::spawn(async move {
        ::shop::stop_signal().await;
        // The tasks of a worker end with it, so the payments come first and the workers last.
        handle.pause().await;
        shop.stop_reconciling();
        let reconciled = reconciler.await;
        let drained = shop.drain().await;
        handle.stop(true).await;
        reconciled?;
        drained
    });
    server.await?;
    stopping.await?
}
