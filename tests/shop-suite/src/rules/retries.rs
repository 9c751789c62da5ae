//! Failures and successes of one order, in the orders in which PayTR may tell them.

use anyhow::Result;

use crate::Program;
use crate::harness::{Market, Receipt, Shop};

/// A buyer whose first card was declined and whose second paid: both are told once.
pub async fn a_failure_and_then_a_success_are_both_booked(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let oid = shop.open_order().await?;
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    assert_eq!(shop.state(&oid).await?, "failed");
    for _ in 0..2 {
        assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    }
    assert_eq!(shop.state(&oid).await?, "paid");
    assert_eq!(outcomes(&shop, &oid).await?, ["failed", "paid"]);
    // The late copy of the failure.
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    assert_eq!(outcomes(&shop, &oid).await?, ["failed", "paid"]);
    let receipts = shop.receipts().await?;
    assert!(
        receipts.iter().all(|receipt| receipt.attempt == 1),
        "{receipts:?}"
    );
    Ok(())
}

/// An order that failed twice has one failure; a failed receipt has no money in it.
pub async fn two_failures_are_booked_once(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let oid = shop.open_order().await?;
    for _ in 0..2 {
        assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    }
    let failed = Receipt {
        merchant_oid: oid.clone(),
        outcome: "failed".to_owned(),
        total: 0,
        currency: "TRY".to_owned(),
        attempt: 1,
    };
    assert_eq!(shop.receipts().await?, [failed]);
    Ok(())
}

/// Two orders whose notifications come mixed do not touch each other.
pub async fn two_orders_interleaved_do_not_touch(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let (one, other) = (shop.open_order().await?, shop.open_order().await?);
    for body in [
        market.failed(&one),
        market.paid(&other),
        market.failed(&other),
        market.paid(&one),
        market.paid(&other),
        market.failed(&one),
    ] {
        assert!(shop.notify(&body).await?.is_ok());
    }
    assert_eq!(outcomes(&shop, &one).await?, ["failed", "paid"]);
    assert_eq!(outcomes(&shop, &other).await?, ["paid"]);
    Ok(())
}

/// A shop that starts again on its database still knows what it has handled.
pub async fn a_restarted_shop_books_nothing_twice(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let (paid, failed, open) = (
        shop.open_order().await?,
        shop.open_order().await?,
        shop.open_order().await?,
    );
    assert!(shop.notify(&market.paid(&paid)).await?.is_ok());
    assert!(shop.notify(&market.failed(&failed)).await?.is_ok());
    drop(shop);

    let shop = market.shop().start().await?;
    assert_eq!(shop.state(&open).await?, "pending");
    for _ in 0..2 {
        assert!(shop.notify(&market.paid(&paid)).await?.is_ok());
        assert!(shop.notify(&market.failed(&paid)).await?.is_ok());
        assert!(shop.notify(&market.failed(&failed)).await?.is_ok());
        assert!(shop.notify(&market.paid(&open)).await?.is_ok());
    }
    assert_eq!(outcomes(&shop, &paid).await?, ["paid"]);
    assert_eq!(outcomes(&shop, &failed).await?, ["failed"]);
    assert_eq!(outcomes(&shop, &open).await?, ["paid"]);
    Ok(())
}

async fn outcomes(shop: &Shop, oid: &str) -> Result<Vec<String>> {
    let receipts = shop.receipts_of(oid).await?;
    Ok(receipts
        .into_iter()
        .map(|receipt| receipt.outcome)
        .collect())
}
