//! A client that hangs up does not undo a payment.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Program;
use crate::harness::{Answer, Market, Shop, eventually, notification};

const DELAY: Duration = Duration::from_millis(400);
/// Longer than a server may wait for the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(20);

/// A connection closed while the handler runs.
pub async fn a_close_during_the_handler_does_not_undo_the_payment(program: Program) -> Result<()> {
    during_the_handler(program, async |stream| {
        drop(stream);
        Ok(())
    })
    .await
}

/// A connection whose sending side is closed while the handler runs: it still gets its answer.
pub async fn a_half_close_during_the_handler_does_not_undo_the_payment(
    program: Program,
) -> Result<()> {
    during_the_handler(program, async |mut stream| {
        stream.shutdown().await?;
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok(), "{answer:?}");
        Ok(())
    })
    .await
}

/// A sender that closes its side right after its request, and waits: it hears `OK`, and the payment is booked
/// once.
pub async fn a_sender_that_half_closes_at_once_is_answered(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    for _ in 0..9 {
        let oid = shop.open_order().await?;
        let mut stream = shop.send(&market.paid(&oid)).await?;
        stream.shutdown().await?;
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok(), "{answer:?}");
        one_receipt(&shop, &oid).await?;
    }
    Ok(())
}

/// A head of which the end never comes holds a connection for seconds, not for ever.
pub async fn a_head_that_never_ends_is_cut(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let mut stream = shop.connect().await?;
    stream
        .write_all(b"POST /paytr/callback HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        .await?;
    // A server may say why before it closes.
    let mut said = Vec::new();
    let closed = timeout(HEAD_PATIENCE, stream.read_to_end(&mut said)).await;
    ensure!(closed.is_ok(), "still open after {HEAD_PATIENCE:?}");
    Ok(())
}

/// A connection reset while the handler runs.
pub async fn a_reset_during_the_handler_does_not_undo_the_payment(program: Program) -> Result<()> {
    during_the_handler(program, async |stream| reset(stream)).await
}

/// Hanging up right after sending, before the shop can have read anything.
pub async fn a_hang_up_before_the_handler_leaves_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market
        .shop()
        .handler_delay(Duration::from_millis(50))
        .start()
        .await?;
    for round in 0..9 {
        let oid = shop.open_order().await?;
        let mut stream = shop.connect().await?;
        stream.write_all(&notification(&market.paid(&oid))).await?;
        match round % 3 {
            0 => drop(stream),
            1 => stream.shutdown().await?,
            _ => reset(stream)?,
        }
        // A reset may overtake the request, so the shop need not have seen it.
        shop.notify_until_ok(&market.paid(&oid)).await?;
        one_receipt(&shop, &oid).await?;
    }
    Ok(())
}

/// Hanging up when the answer is on its way: the next delivery is told `OK`.
pub async fn a_hang_up_after_the_handler_leaves_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    for with_reset in [false, true] {
        let oid = shop.open_order().await?;
        let stream = shop.send(&market.paid(&oid)).await?;
        shop.until_state(&oid, "paid").await?;
        if with_reset {
            reset(stream)?;
        } else {
            drop(stream);
        }
        assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
        one_receipt(&shop, &oid).await?;
    }
    Ok(())
}

/// Several deliveries of one payment, each hung up on: the handler runs once.
pub async fn many_hang_ups_on_one_payment_leave_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().handler_delay(DELAY).start().await?;
    let oid = shop.open_order().await?;
    for round in 0..10 {
        let stream = shop.send(&market.paid(&oid)).await?;
        if round % 2 == 0 {
            reset(stream)?;
        }
    }
    shop.notify_until_ok(&market.paid(&oid)).await?;
    one_receipt(&shop, &oid).await
}

/// Hangs up while the handler runs; the payment is settled without another delivery.
async fn during_the_handler(
    program: Program,
    hang_up: impl AsyncFnOnce(TcpStream) -> Result<()>,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().handler_delay(DELAY).start().await?;
    let (oid, stream) = market.delivery_in_handler(&shop).await?;
    hang_up(stream).await?;
    eventually(
        "the payment is booked without another delivery",
        async || Ok((!shop.receipts_of(&oid).await?.is_empty()).then_some(())),
    )
    .await?;
    shop.until_state(&oid, "paid").await?;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    one_receipt(&shop, &oid).await
}

fn reset(stream: TcpStream) -> Result<()> {
    stream.set_zero_linger()?;
    drop(stream);
    Ok(())
}

async fn one_receipt(shop: &Shop, oid: &str) -> Result<()> {
    let receipts = shop.receipts_of(oid).await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(
        receipts.iter().all(|receipt| receipt.attempt == 1),
        "{receipts:?}"
    );
    Ok(())
}
