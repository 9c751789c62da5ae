//! Two processes on one database are one shop.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Nodes;
use super::nodes::{agree, start};
use crate::harness::{Answer, Purchase};
use crate::rules::flood::deliver_copies;

/// An order opened at one node is paid at the other, and both tell the same about it.
pub async fn an_order_opened_at_one_node_is_paid_at_the_other(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let shops = site.start().await?;
    let [one, other] = &shops;
    let mut orders = Vec::new();
    for (opens, is_told) in [(one, other), (other, one)] {
        let oid = opens.open_order().await?;
        assert_eq!(is_told.state(&oid).await?, "pending");
        assert!(is_told.notify(&site.market.paid(&oid)).await?.is_ok());
        for shop in &shops {
            assert_eq!(shop.state(&oid).await?, "paid");
            assert!(shop.notify(&site.market.paid(&oid)).await?.is_ok());
            // Too late to count.
            assert!(shop.notify(&site.market.failed(&oid)).await?.is_ok());
        }
        orders.push(oid);
    }
    agree(&shops, &orders).await?;

    let declined = one.open_order().await?;
    assert!(other.notify(&site.market.failed(&declined)).await?.is_ok());
    assert!(one.notify(&site.market.failed(&declined)).await?.is_ok());
    for shop in &shops {
        assert_eq!(shop.state(&declined).await?, "failed");
        assert_eq!(shop.receipts_of(&declined).await?.len(), 1);
    }
    Ok(())
}

/// The same click at both nodes at once, and later again, is one order.
pub async fn a_click_repeated_at_the_other_node_is_the_same_order(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let [one, other] = site.start().await?;
    for number in 0..5 {
        let key = format!("click-{number}");
        let click = Purchase::pen().with("idempotency_key", key.as_str());
        let (first, second) = tokio::join!(one.buy(&click), other.buy(&click));
        let oid = first?.merchant_oid;
        assert_eq!(second?.merchant_oid, oid);
        assert_eq!(other.buy(&click).await?.merchant_oid, oid);
        let cart = Purchase::of(&[("cam-kalem", 2)]).with("idempotency_key", key.as_str());
        let refused = other.try_buy(&cart).await?;
        assert!((400..500).contains(&refused.status), "{refused:?}");
        assert!(one.notify(&site.market.paid(&oid)).await?.is_ok());
        assert_eq!(other.buy(&click).await?.state, "paid");
    }
    Ok(())
}

/// A hundred copies at once, spread over both nodes: one receipt.
pub async fn a_hundred_copies_over_both_nodes_leave_one_receipt(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let delayed = Duration::from_millis(200);
    let programs = site
        .programs()
        .map(|program| program.handler_delay(delayed));
    let [one, other] = start(&programs).await?;
    for shops in [[&one, &other], [&other, &one]] {
        let answers = deliver_copies(&site.market, &shops).await?;
        ensure!(
            answers.iter().any(Answer::is_in_progress),
            "the copies did not meet"
        );
    }
    assert_eq!(one.receipts().await?, other.receipts().await?);
    Ok(())
}

/// What one node handles, the other does not take, and says so.
pub async fn a_claim_of_one_node_is_in_progress_at_the_other(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let delayed = Duration::from_millis(800);
    let programs = site
        .programs()
        .map(|program| program.handler_delay(delayed));
    let shops = start(&programs).await?;
    let mut orders = Vec::new();
    let [one, other] = &shops;
    for (holds, asks) in [(one, other), (other, one)] {
        let (oid, mut delivery) = site.market.delivery_in_handler(holds).await?;
        let held = asks.notify(&site.market.paid(&oid)).await?;
        ensure!(held.is_in_progress(), "{held:?}");
        assert!(Answer::read(&mut delivery).await?.is_ok());
        let healed = site.heal(asks, &oid, b"").await?;
        assert_eq!(healed.attempt, 1);
        orders.push(oid);
    }
    for oid in &orders {
        for shop in &shops {
            assert_eq!(shop.receipts_of(oid).await?.len(), 1);
        }
    }
    Ok(())
}
