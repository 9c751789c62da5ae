//! A shop on axum that takes PayTR payments.
//!
//! `cargo run -p axum-shop` needs nothing else: without credentials it starts a sandbox beside itself.
//! The settings are described in `shop::Settings`.
#![allow(clippy::print_stdout, reason = "a server tells where it listens")]

mod routes;
mod serve;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use shop::{Settings, Shop};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    shop::init_logging();
    let settings = Settings::from_env()?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("cannot listen on {}: set SHOP_ADDR", settings.address))?;
    let address = listener.local_addr()?;
    let shop = Arc::new(Shop::open(settings, address).await?);

    println!("{}", shop.greeting(address));
    serve::until(shop::stop_signal(), listener, routes::app(&shop)).await;
    shop.drain().await
}
