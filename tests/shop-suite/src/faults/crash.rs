//! The database server dies and comes back in the middle of a delivery.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Nodes;
use super::nodes::{Server, agree, patiently, start};
use super::sweep::Sweep;
use crate::harness::Answer;
use crate::rules::kill::Found;

/// The server dies when it has done what it was asked and before it answers: at every answer of a
/// delivery, from the first look at the order over the claim to the commit of the receipt.
pub async fn a_crash_of_the_server_at_every_answer_leaves_one_receipt(nodes: Nodes) -> Result<()> {
    let mut sweep = Sweep::begin(nodes).await?;
    let victim = sweep.victim().await?;
    loop {
        sweep.warm(&victim).await?;
        let Some((oid, mut stream)) = sweep.hold(&victim, sweep.next()?).await? else {
            Found::everywhere(&sweep.end().await?);
            return Ok(());
        };
        sweep.server.crash()?;
        sweep.line.cut();
        sweep.server.start_again()?;
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok() || answer.asks_again(), "{answer:?}");
        let whole = [answer.head.as_bytes(), b"\r\n\r\n", &answer.body].concat();
        sweep.heal(&oid, &whole).await?;
    }
}

/// The server dies while the handler runs, and is away when the handler wants to book: the delivery is
/// not acknowledged, and the next one books, at either node.
pub async fn a_server_that_is_away_when_the_handler_books_leaves_one_receipt(
    nodes: Nodes,
) -> Result<()> {
    let mut server = Server::start(nodes.database())?;
    let site = nodes.open_on(&server).await?;
    let programs = site.programs().map(|program| {
        let program = program.handler_delay(Duration::from_millis(700));
        let program = program.handler_timeout(Duration::from_millis(1_500));
        program.lease(Duration::from_millis(2_500))
    });
    let shops = start(&programs).await?;
    let [one, other] = &shops;
    let (oid, mut delivery) = site.market.delivery_in_handler(one).await?;
    server.crash()?;
    let answer = Answer::read(&mut delivery).await?;
    ensure!(!answer.is_ok() && answer.asks_again(), "{answer:?}");
    // Without a database nobody is told that all is well.
    for shop in &shops {
        let answer = shop.notify(&site.market.paid(&oid)).await?;
        ensure!(is_unavailable(&answer), "{answer:?}");
    }
    server.start_again()?;
    let healed = site.heal(other, &oid, b"").await?;
    assert!(healed.attempt <= 2, "attempt {}", healed.attempt);
    one.notify_until_ok(&site.market.paid(&oid)).await?;
    agree(&shops, &[oid]).await
}

/// The server dies while the handler runs and is back before the handler books: the handler goes on as
/// if nothing had happened, or the next delivery does its work.
pub async fn a_server_that_is_back_when_the_handler_books_leaves_one_receipt(
    nodes: Nodes,
) -> Result<()> {
    let mut server = Server::start(nodes.database())?;
    let site = nodes.open_on(&server).await?;
    let [one, other] = site.programs();
    let slow = one.handler_delay(Duration::from_secs(2));
    let slow = slow.handler_timeout(Duration::from_secs(8));
    let shops = start(&[slow.lease(Duration::from_secs(12)), other]).await?;
    let (oid, mut delivery) = site.market.delivery_in_handler(&shops[0]).await?;
    server.crash()?;
    server.start_again()?;
    // The claim is still held: what was answered is durable.
    let held = patiently("the other node finds the database", async || {
        let answer = shops[1].notify(&site.market.paid(&oid)).await?;
        ensure!(!is_unavailable(&answer), "{answer:?}");
        Ok(answer)
    })
    .await?;
    let answer = Answer::read(&mut delivery).await?;
    ensure!(
        held.is_in_progress() || answer.is_ok(),
        "{held:?}, {answer:?}"
    );
    ensure!(answer.is_ok() || answer.asks_again(), "{answer:?}");
    let whole = [answer.head.as_bytes(), b"\r\n\r\n", &answer.body].concat();
    let healed = site.heal(&shops[1], &oid, &whole).await?;
    let most = if answer.is_ok() { 1 } else { 2 };
    assert!(
        healed.attempt <= most,
        "attempt {}: {answer:?}",
        healed.attempt
    );
    agree(&shops, &[oid]).await
}

/// What a shop answers that cannot reach its database.
pub(super) fn is_unavailable(answer: &Answer) -> bool {
    answer.status == 503 && answer.body == b"PAYTR notification failed: unavailable"
}
