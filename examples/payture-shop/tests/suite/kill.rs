//! The shop's process is killed (SIGKILL) at every moment of a delivery, and starts again on its database.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use payture::OrderId;
use payture::testing::{Fault, TestCard};
use shop_suite::eventually;

use crate::harness::{Market, Receipt, Shop};

/// Where a kill found the delivery, as far as one can see from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    BeforeTheClaim,
    AfterTheClaim,
    AfterTheReceipt,
}

async fn market_with_short_lease() -> Result<Market> {
    Ok(Market::open()
        .await?
        .set("SHOP_HANDLER_DELAY_MS", "60")
        .set("SHOP_HANDLER_TIMEOUT_MS", "300")
        .set("SHOP_LEASE_MS", "1300"))
}

/// The shop waits for `GetState`: it has claimed nothing yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_claim_the_next_delivery_is_the_first_attempt() -> Result<()> {
    let market = market_with_short_lease().await?;
    let mut shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    market.fake.fault("GetState", Fault::LostBefore);
    let body = market.paid(&order)?;
    tokio::select! {
        answer = shop.notify(body.clone()) => anyhow::bail!("answered: {answer:?}"),
        asked = market.until_asked() => asked?,
    }
    shop.process.kill();
    let shop = market.start().await?;
    assert_eq!(consistent(&shop, &order).await?, []);
    shop.notify_until_ok(&body).await?;
    let attempts: Vec<_> = consistent(&shop, &order)
        .await?
        .iter()
        .map(|one| one.attempt)
        .collect();
    assert_eq!(attempts, [1]);
    Ok(())
}

/// Killed in the handler twice: the third process writes the one receipt, and knows that it is the third.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_claim_the_payment_is_handled_again() -> Result<()> {
    let slow = Market::open()
        .await?
        .set("SHOP_HANDLER_DELAY_MS", "20000")
        .set("SHOP_LEASE_MS", "1400")
        .set("SHOP_HANDLER_TIMEOUT_MS", "400");
    let mut shop = slow.start().await?;
    let order = slow.paid_order(&shop).await?;
    let body = slow.paid(&order)?;
    for _ in 0..2 {
        // The claim of the process killed before must run out first.
        eventually("a delivery holds the claim", async || {
            let held = tokio::time::timeout(Duration::from_millis(150), shop.notify(body.clone()));
            Ok(held.await.is_err().then_some(()))
        })
        .await?;
        shop.process.kill();
        shop = slow.start().await?;
        assert_eq!(consistent(&shop, &order).await?, []);
    }
    drop(shop);
    let market = slow.set("SHOP_HANDLER_DELAY_MS", "0");
    let shop = market.start().await?;
    shop.notify_until_ok(&body).await?;
    let receipts = consistent(&shop, &order).await?;
    assert!(
        receipts.len() == 1 && receipts[0].attempt >= 2,
        "{receipts:?}"
    );
    Ok(())
}

/// Killed at moments spread over a whole delivery: always one receipt in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_of_a_delivery_there_is_one_receipt() -> Result<()> {
    let market = market_with_short_lease().await?;
    let mut shop = market.start().await?;
    let whole = time_of_a_delivery(&market, &shop).await?;
    let rounds = 12_u32;
    let mut found = Vec::new();
    for round in 0..rounds {
        let moment = whole.mul_f64(1.3) * round / rounds;
        found.push(kill_round(&market, &mut shop, moment).await?);
    }
    // And once as soon as it is acknowledged.
    found.push(kill_round(&market, &mut shop, Duration::from_secs(20)).await?);
    for place in [
        Found::BeforeTheClaim,
        Found::AfterTheClaim,
        Found::AfterTheReceipt,
    ] {
        assert!(found.contains(&place), "no kill was {place:?}: {found:?}");
    }
    let receipts = shop.receipts().await?;
    assert_eq!(receipts.len(), usize::try_from(rounds)? + 2, "{receipts:?}");
    Ok(())
}

async fn time_of_a_delivery(market: &Market, shop: &Shop) -> Result<Duration> {
    let order = market.paid_order(shop).await?;
    let started = Instant::now();
    let answer = shop.notify(market.paid(&order)?).await?;
    ensure!(answer.is_ok(), "{answer:?}");
    Ok(started.elapsed())
}

/// Delivers the notification of a paid order, kills the shop after `moment`, starts it again on the same
/// database and delivers until it is acknowledged.
async fn kill_round(market: &Market, shop: &mut Shop, moment: Duration) -> Result<Found> {
    let order = shop.open_order().await?;
    market.fake.pay(&order, TestCard::SUCCESS)?;
    let body = market.paid(&order)?;
    let mut acknowledged = false;
    if !moment.is_zero() {
        let answer = tokio::time::timeout(moment, shop.notify(body.clone())).await;
        acknowledged = matches!(&answer, Ok(Ok(answer)) if answer.is_ok());
    }
    shop.process.kill();
    *shop = market.start().await?;
    let receipts = consistent(shop, &order).await?;
    if acknowledged {
        assert_eq!(
            receipts.len(),
            1,
            "it was acknowledged before it was durable"
        );
    }
    shop.notify_until_ok(&body).await?;
    let after = consistent(shop, &order).await?;
    let receipt = after.first().context("a receipt")?;
    assert_eq!(after.len(), 1, "killed after {moment:?}: {after:?}");
    Ok(match (receipts.len(), receipt.attempt) {
        (1, _) => Found::AfterTheReceipt,
        (_, 1) => Found::BeforeTheClaim,
        _ => Found::AfterTheClaim,
    })
}

/// Never two receipts, never a paid order without one, never a receipt of an order that is not paid.
async fn consistent(shop: &Shop, order: &OrderId) -> Result<Vec<Receipt>> {
    let (state, receipts) = (shop.state(order).await?, shop.receipts_of(order).await?);
    assert!(receipts.len() <= 1, "{receipts:?}");
    assert_eq!(
        state == "paid",
        receipts.len() == 1,
        "{state}: {receipts:?}"
    );
    Ok(receipts)
}
