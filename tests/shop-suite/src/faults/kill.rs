//! A node is killed (SIGKILL) in the middle of a delivery, and the other node gets the next one.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::Nodes;
use super::nodes::{agree, start};
use crate::rules::kill::{Found, kill_in_a_delivery, time_of_a_delivery, with_short_lease};

/// Killed at moments spread over a whole delivery, each node in turn: one receipt, whichever node was
/// killed and whichever went on.
pub async fn a_kill_at_any_moment_heals_at_the_other_node(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let programs = site.programs().map(with_short_lease);
    let mut shops = start(&programs).await?;
    let mut whole = time_of_a_delivery(&site.market, &shops[0]).await?;
    whole = whole.max(time_of_a_delivery(&site.market, &shops[1]).await?);
    let rounds = 12_u32;
    let mut found = Vec::new();
    let mut orders = Vec::new();
    for round in 0..=rounds {
        let moment = whole.mul_f64(1.1) * round / rounds;
        let oid = shops[1].open_order().await?;
        let body = site.market.paid(&oid);
        let answer = kill_in_a_delivery(&mut shops[0], &body, moment).await?;
        let healed = site.heal(&shops[1], &oid, &answer).await;
        let healed = healed.with_context(|| format!("killed after {moment:?}"))?;
        found.push(healed.found);
        orders.push(oid);
        // The next one to be killed is the one that went on.
        shops.swap(0, 1);
        let killed = programs.iter().cycle().nth(usize::try_from(round)?);
        shops[1] = killed.context("two programs")?.start().await?;
    }
    Found::everywhere(&found);
    eprintln!("{} kills: {found:?}", found.len());
    agree(&shops, &orders).await
}

/// Both nodes are killed at once in the middle of deliveries, again and again, and start again.
pub async fn a_kill_of_both_nodes_leaves_one_receipt_each(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let programs = site.programs().map(with_short_lease);
    let mut shops = start(&programs).await?;
    let mut orders = Vec::new();
    for _ in 0..10 {
        orders.push(shops[0].open_order().await?);
    }
    for moment in [5, 62, 70] {
        let mut streams = Vec::new();
        for oid in &orders {
            for shop in &shops {
                streams.push(shop.send(&site.market.paid(oid)).await?);
            }
        }
        std::thread::sleep(Duration::from_millis(moment));
        for shop in &mut shops {
            shop.kill();
        }
        shops = start(&programs).await?;
    }
    for (oid, shop) in orders.iter().zip(shops.iter().cycle()) {
        shop.notify_until_ok(&site.market.paid(oid)).await?;
    }
    agree(&shops, &orders).await
}
