//! Many copies of one notification at the same moment.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use tokio::io::AsyncWriteExt as _;

use crate::Program;
use crate::harness::{Answer, Market, Shop, notification};

const COPIES: usize = 100;

/// A hundred copies at once: one receipt; each copy is `OK` or told to come again, and then `OK`.
pub async fn a_hundred_copies_at_once_leave_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let slow = market.shop().handler_delay(Duration::from_millis(300));
    let shop = slow.start().await?;
    let answers = deliver_copies(&market, &[&shop]).await?;
    assert!(
        answers.iter().any(Answer::is_in_progress),
        "they did not meet"
    );
    Ok(())
}

/// The same without any delay in the handler.
pub async fn a_hundred_copies_for_a_quick_handler_leave_one_receipt(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    for _ in 0..5 {
        deliver_copies(&market, &[&shop]).await?;
    }
    Ok(())
}

/// Two processes on one database are one shop: a hundred copies over both leave one receipt.
pub async fn a_hundred_copies_over_two_processes_leave_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let slow = market.shop().handler_delay(Duration::from_millis(200));
    let (one, other) = tokio::join!(slow.start(), slow.start());
    let (one, other) = (one?, other?);
    for _ in 0..3 {
        deliver_copies(&market, &[&one, &other]).await?;
    }
    Ok(())
}

/// Fifty orders paid at once, two copies each, over two processes: each has its one receipt.
pub async fn fifty_orders_at_once_over_two_processes_have_one_receipt_each(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let program = market.shop();
    let (one, other) = tokio::join!(program.start(), program.start());
    let (one, other) = (one?, other?);
    let mut orders = Vec::new();
    for _ in 0..COPIES / 2 {
        orders.push(one.open_order().await?);
    }
    let deliveries = orders.iter().flat_map(|oid| {
        let body = market.paid(oid);
        [&one, &other].map(|shop| {
            let body = body.clone();
            async move { shop.notify_until_ok(&body).await }
        })
    });
    try_join_all(deliveries).await?;
    for oid in &orders {
        assert_eq!(one.receipts_of(oid).await?.len(), 1, "{oid}");
        assert_eq!(other.state(oid).await?, "paid");
    }
    Ok(())
}

/// Opens an order, delivers its notification many times at once over these shops, and looks at what
/// came of it. Returns the answers.
pub(crate) async fn deliver_copies(market: &Market, shops: &[&Shop]) -> Result<Vec<Answer>> {
    let first = shops.first().context("no shop")?;
    let oid = first.open_order().await?;
    let body = market.paid(&oid);
    let request = notification(&body);
    let shop_of_copy = shops.iter().cycle().take(COPIES);
    // All connected before the first byte is sent, so that they arrive together.
    let connections = shop_of_copy.map(async |shop| anyhow::Ok((shop, shop.connect().await?)));
    let connections = try_join_all(connections).await?;
    let deliveries = connections.into_iter().map(async |(shop, mut stream)| {
        stream.write_all(&request).await?;
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok() || answer.is_in_progress(), "{answer:?}");
        // OK is not said before the receipt is there.
        let receipts = shop.receipts_of(&oid).await?.len();
        ensure!(
            receipts == 1 || !answer.is_ok(),
            "{receipts} receipts: {answer:?}"
        );
        Ok(answer)
    });
    let answers = try_join_all(deliveries).await?;
    assert!(answers.iter().any(Answer::is_ok));

    for shop in shops {
        let again = try_join_all((0..10).map(|_| shop.notify(&body))).await?;
        assert!(again.iter().all(Answer::is_ok), "{again:?}");
        let receipts = shop.receipts_of(&oid).await?;
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        assert_eq!(shop.state(&oid).await?, "paid");
    }
    Ok(answers)
}
