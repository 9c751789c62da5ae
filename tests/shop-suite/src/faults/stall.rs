//! A node stands still for longer than its lease, as on a machine that is suspended or moved.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Nodes;
use super::nodes::{agree, start};
use crate::harness::Answer;

/// Stopped (SIGSTOP) in its handler until the other node has taken the payment over, and then let go on:
/// its receipt is not booked.
pub async fn a_node_that_stalls_past_its_lease_books_nothing(nodes: Nodes) -> Result<()> {
    let site = nodes.open().await?;
    let [one, other] = site.programs();
    let one = one.handler_delay(Duration::from_millis(300));
    let one = one.handler_timeout(Duration::from_millis(600));
    let shops = start(&[one.lease(Duration::from_millis(1_200)), other]).await?;
    let [stalls, takes_over] = &shops;
    let (oid, mut delivery) = site.market.delivery_in_handler(stalls).await?;
    stalls.pause()?;
    let healed = site.heal(takes_over, &oid, b"").await;
    stalls.resume()?;
    assert_eq!(healed?.attempt, 2);
    let answer = Answer::read(&mut delivery).await?;
    ensure!(answer.asks_again(), "{answer:?}");
    stalls.notify_until_ok(&site.market.paid(&oid)).await?;
    agree(&shops, &[oid]).await
}
