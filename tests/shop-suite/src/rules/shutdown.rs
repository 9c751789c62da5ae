//! A shop that is asked to stop (SIGTERM) finishes what it has begun.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;

use crate::Program;
use crate::harness::{Answer, CALLBACK, Market, Shop, eventually};

const DELAY: Duration = Duration::from_secs(1);

/// Asked to stop while the handler runs: it answers `OK`, books, and ends with success.
pub async fn a_stop_during_the_handler_waits_for_it(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().handler_delay(DELAY).start().await?;
    let (oid, mut delivery) = market.delivery_in_handler(&shop).await?;
    shop.terminate()?;
    eventually("it takes no new connection", async || {
        Ok(shop.connect().await.is_err().then_some(()))
    })
    .await?;
    assert!(Answer::read(&mut delivery).await?.is_ok());
    let exit = shop.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    one_receipt_after_restart(&market, &oid).await
}

/// The same when the client has hung up, so that no connection keeps the server.
pub async fn a_stop_waits_for_a_handler_whose_client_hung_up(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().handler_delay(DELAY).start().await?;
    let (oid, delivery) = market.delivery_in_handler(&shop).await?;
    drop(delivery);
    shop.terminate()?;
    let exit = shop.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    one_receipt_after_restart(&market, &oid).await
}

/// Connections on which nothing happens, as browsers keep them, do not hold the shop up.
pub async fn idle_connections_do_not_hold_a_stop_up(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let _silent = shop.connect().await?;
    let mut kept_alive = shop.connect().await?;
    kept_alive
        .write_all(b"GET /products HTTP/1.1\r\nHost: shop\r\n\r\n")
        .await?;
    kept_alive.readable().await?;
    let took = stops(shop).await?;
    assert!(took < Duration::from_secs(5), "{took:?}");
    Ok(())
}

/// A client that never ends its request holds the shop up for a while, not for ever.
pub async fn a_request_that_never_ends_does_not_hold_a_stop_up_for_ever(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let oid = shop.open_order().await?;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    let mut begun = shop.connect().await?;
    begun
        .write_all(format!("POST {CALLBACK} HTTP/1.1\r\nHost: shop\r\n").as_bytes())
        .await?;
    stops(shop).await?;
    one_receipt_after_restart(&market, &oid).await
}

/// Asks the shop to stop; it ends with success. Returns how long that took.
async fn stops(shop: Shop) -> Result<Duration> {
    // Served after the connections before it were taken.
    shop.get("/products").await?;
    let asked = Instant::now();
    shop.terminate()?;
    let exit = shop.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    Ok(asked.elapsed())
}

async fn one_receipt_after_restart(market: &Market, oid: &str) -> Result<()> {
    let shop = market.shop().start().await?;
    assert_eq!(shop.state(oid).await?, "paid");
    assert!(shop.notify(&market.paid(oid)).await?.is_ok());
    let attempts: Vec<_> = shop
        .receipts_of(oid)
        .await?
        .iter()
        .map(|receipt| receipt.attempt)
        .collect();
    assert_eq!(attempts, [1]);
    Ok(())
}
