//! The shop's process is killed (SIGKILL) at every moment of a return, and starts again on its database.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use shop_suite::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::support::{Market, Receipt, Shop, request};

const DELAY_MS: u64 = 60;
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a kill found the return, as far as one can see from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    BeforeTheClaim,
    AfterTheClaim,
    AfterTheReceipt,
}

/// Leases are short, so that a claim of a dead process does not hold the next return off for long.
async fn market() -> Result<Market> {
    Ok(Market::open()
        .await?
        .set("SHOP_HANDLER_DELAY_MS", DELAY_MS)
        .set("SHOP_HANDLER_TIMEOUT_MS", 300)
        .set("SHOP_LEASE_MS", 1_300))
}

#[tokio::test]
async fn a_kill_at_any_moment_of_a_return_leaves_one_receipt() -> Result<()> {
    let market = market().await?;
    let mut shop = market.start().await?;
    let whole = time_of_a_return(&market, &shop).await?;
    let rounds = 14_u32;
    let mut found = Vec::new();
    for round in 0..=rounds {
        let moment = whole.mul_f64(1.15) * round / rounds;
        found.push(kill_round(&market, &mut shop, moment).await?);
    }
    for place in [
        Found::BeforeTheClaim,
        Found::AfterTheClaim,
        Found::AfterTheReceipt,
    ] {
        assert!(found.contains(&place), "no kill was {place:?}: {found:?}");
    }
    let receipts = shop.receipts().await?;
    let mut orders: Vec<_> = receipts.iter().map(|receipt| &receipt.order_id).collect();
    orders.sort_unstable();
    orders.dedup();
    let expected = 1 + usize::try_from(rounds)? + 1;
    assert_eq!((receipts.len(), orders.len()), (expected, expected));
    Ok(())
}

#[tokio::test]
async fn after_a_kill_the_reconciler_alone_leaves_one_receipt() -> Result<()> {
    let market = market().await?.set("SHOP_HANDLER_DELAY_MS", 200);
    // Long enough for the return to come first.
    let market = market.set("SHOP_RECONCILE_MS", 2_000);
    let mut shop = market.start().await?;
    let (paid, _unanswered) = market.return_in_handler(&shop).await?;
    shop.process.kill();
    drop(shop);

    let shop = market.start().await?;
    eventually("the reconciler settles", async || {
        Ok((shop.state(&paid.order).await? == "paid").then_some(()))
    })
    .await?;
    let receipts = shop.receipts_of(&paid.order).await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(receipts[0].attempt >= 2, "{receipts:?}");
    Ok(())
}

/// How long a return takes that nobody disturbs.
async fn time_of_a_return(market: &Market, shop: &Shop) -> Result<Duration> {
    let paid = market.paid_order(shop).await?;
    let started = Instant::now();
    assert_eq!(shop.come_back(&paid.back).await?, "paid");
    Ok(started.elapsed())
}

/// Returns for a new paid order, kills the shop after `moment`, starts it again on the same database and
/// returns until it is paid.
async fn kill_round(market: &Market, shop: &mut Shop, moment: Duration) -> Result<Found> {
    let paid = market.paid_order(shop).await?;
    let request = request(&paid.back);
    let mut stream = shop.connect().await?;
    if moment.is_zero() {
        // Before the claim for sure: the end of the request is missing.
        let begun = request.get(..request.len() - 1).context("a request")?;
        stream.write_all(begun).await?;
    } else {
        stream.write_all(&request).await?;
        tokio::time::sleep(moment).await;
    }
    shop.process.kill();
    let mut answer = Vec::new();
    // The kill may reset the connection.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await?;

    *shop = market.start().await?;
    let receipts = consistent(shop, &paid.order).await?;
    if String::from_utf8_lossy(&answer).contains("data-state=\"paid\"") {
        assert_eq!(receipts.len(), 1, "paid was said before it was durable");
    }
    shop.come_back_until_paid(&paid.back).await?;
    let after = consistent(shop, &paid.order).await?;
    assert_eq!(after.len(), 1, "killed after {moment:?}: {after:?}");
    Ok(
        match (receipts.len(), after.first().map(|receipt| receipt.attempt)) {
            (1, _) => Found::AfterTheReceipt,
            (_, Some(1)) => Found::BeforeTheClaim,
            _ => Found::AfterTheClaim,
        },
    )
}

/// Never two receipts, never a paid order without one, never a receipt of an order that is not paid.
async fn consistent(shop: &Shop, order: &str) -> Result<Vec<Receipt>> {
    let (state, receipts) = (shop.state(order).await?, shop.receipts_of(order).await?);
    assert!(receipts.len() <= 1, "{receipts:?}");
    assert_eq!(
        state == "paid",
        receipts.len() == 1,
        "{state}: {receipts:?}"
    );
    Ok(receipts)
}
