//! The connection between a node and its database is cut, and a question or an answer is lost.

use anyhow::{Result, ensure};
use database_servers::Proxy;

use super::Nodes;
use super::sweep::Sweep;

/// At every answer of a delivery: the server has done what it was asked, the node never hears of it and
/// its connection is gone. The other node gets the next delivery: one receipt, of the second attempt at
/// most.
pub async fn an_answer_lost_at_every_step_leaves_one_receipt(nodes: Nodes) -> Result<()> {
    lost_at_every_step(nodes, Proxy::lose_answer_after).await
}

/// At every question of a delivery: the server never sees it, and the connection is gone. A handler
/// whose commit got lost has not booked, and does not say so.
pub async fn a_question_lost_at_every_step_leaves_one_receipt(nodes: Nodes) -> Result<()> {
    lost_at_every_step(nodes, Proxy::lose_question_after).await
}

async fn lost_at_every_step(nodes: Nodes, lose_after: fn(&Proxy, u32)) -> Result<()> {
    let mut sweep = Sweep::begin(nodes).await?;
    let victim = sweep.victim().await?;
    loop {
        sweep.warm(&victim).await?;
        let oid = sweep.open_order().await?;
        lose_after(&sweep.line, sweep.next()?);
        let answer = victim.notify(&sweep.site.market.paid(&oid)).await?;
        ensure!(answer.is_ok() || answer.asks_again(), "{answer:?}");
        if sweep.line.is_waiting_for_an_answer() {
            sweep.line.go_on();
            // Most of them the ledger heals itself: it asks again as the same claimant.
            return sweep.end().await.map(drop);
        }
        let whole = [answer.head.as_bytes(), b"\r\n\r\n", &answer.body].concat();
        sweep.heal(&oid, &whole).await?;
    }
}

/// Every connection of one node is cut while its handlers run, again and again; each payment has its one
/// receipt.
pub async fn connections_cut_during_the_handlers_leave_one_receipt_each(
    nodes: Nodes,
) -> Result<()> {
    let sweep = Sweep::begin(nodes).await?;
    let victim = sweep.victim().await?;
    let market = &sweep.site.market;
    for _ in 0..5 {
        let mut orders = Vec::new();
        for _ in 0..6 {
            orders.push(sweep.open_order().await?);
        }
        let mut streams = Vec::new();
        for oid in &orders {
            streams.push(victim.send(&market.paid(oid)).await?);
        }
        sweep.line.cut();
        for oid in &orders {
            let healed = sweep.site.heal(&sweep.other, oid, b"").await?;
            ensure!(healed.attempt <= 2, "attempt {}", healed.attempt);
        }
    }
    Ok(())
}
