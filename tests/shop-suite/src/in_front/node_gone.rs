//! A node behind a front dies.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::passes::both_nodes_are_asked;
use super::{Behind, Street};
use crate::harness::{PATIENCE, eventually, notification};

const LEASE: Duration = Duration::from_secs(3);
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// A node dies in its handler, on the first request of a connection: no `OK` comes from the front, the other
/// node books the payment once, and the first one is asked again when it is back.
pub async fn a_node_that_dies_in_its_handler_leaves_one_receipt(behind: Behind) -> Result<()> {
    dies_in_the_handler(behind, false).await
}

/// The same on a connection that had a request before, where some fronts close without a word.
pub async fn a_node_that_dies_on_a_kept_connection_leaves_one_receipt(
    behind: Behind,
) -> Result<()> {
    dies_in_the_handler(behind, true).await
}

async fn dies_in_the_handler(behind: Behind, kept: bool) -> Result<()> {
    let mut street = behind
        .start(|number, program| {
            let delay = Duration::from_secs(if number == 0 { 20 } else { 0 });
            let program = program.lease(LEASE).handler_timeout(TIME_LIMIT);
            program.handler_delay(delay)
        })
        .await?;
    let (oid, mut stream) = held_by_the_first_node(&street, kept).await?;
    street.nodes[0].kill();
    let mut answer = Vec::new();
    // A front may break the connection off.
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.context("the front neither answers nor closes")?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    ensure!(!answer.contains(" 200 "), "{answer}");
    let said = answer.lines().next().unwrap_or("nothing");
    eprintln!("for a node that died the front said: {said}");

    let body = street.market.paid(&oid);
    until_ok(&street, &body).await?;
    let receipts = street.nodes[1].receipts_of(&oid).await?;
    let attempts: Vec<_> = receipts.iter().map(|receipt| receipt.attempt).collect();
    assert_eq!(attempts, [2], "{receipts:?}");

    street.start_the_first_again().await?;
    both_nodes_are_asked(&street).await?;
    assert!(street.notify(&body).await?.is_ok());
    assert_eq!(street.nodes[0].receipts_of(&oid).await?.len(), 1);
    Ok(())
}

/// A node that is not there costs no payment: the other one has it, and whatever a front says meanwhile is not `OK`.
pub async fn with_one_node_gone_payments_go_to_the_other(behind: Behind) -> Result<()> {
    for first_goes in [true, false] {
        let mut street = behind.clone().start(|_, program| program).await?;
        let mut orders = Vec::new();
        for _ in 0..3 {
            orders.push(street.nodes[0].open_order().await?);
        }
        let [one, two] = &mut street.nodes;
        let goes = if first_goes { one } else { two };
        goes.kill();
        for oid in &orders {
            until_ok(&street, &street.market.paid(oid)).await?;
        }
        let [one, two] = &street.nodes;
        let left = if first_goes { two } else { one };
        for oid in &orders {
            assert_eq!(left.receipts_of(oid).await?.len(), 1);
        }
    }
    Ok(())
}

/// A delivery that is in the first node's handler, through the front.
async fn held_by_the_first_node(street: &Street, kept: bool) -> Result<(String, TcpStream)> {
    let mut attempt = 0;
    eventually("the first node gets a delivery", async || {
        attempt += 1;
        let oid = street.nodes[1].open_order().await?;
        let mut stream = TcpStream::connect(street.address()).await?;
        // Not always the same number: the nodes are asked in turn.
        for _ in 0..if kept { 1 + attempt % 2 } else { 0 } {
            // An answer without a body, so that the next one is read from its start.
            let first = b"HEAD /products HTTP/1.1\r\nHost: shop\r\n\r\n";
            stream.write_all(first).await?;
            head(&mut stream).await?;
        }
        stream
            .write_all(&notification(&street.market.paid(&oid)))
            .await?;
        let mut byte = [0];
        let answered = timeout(Duration::from_millis(300), stream.peek(&mut byte)).await;
        Ok(answered.is_err().then_some((oid, stream)))
    })
    .await
}

async fn head(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.context("the front closed")?);
    }
    Ok(())
}

/// Delivers as PayTR does, until `OK`. Whatever a front answers by itself is not `OK`.
async fn until_ok(street: &Street, body: &str) -> Result<()> {
    let mut last = String::new();
    let acknowledged = eventually("the notification is acknowledged", async || {
        match street.notify(body).await {
            Ok(answer) if answer.is_ok() => return Ok(Some(())),
            Ok(answer) => {
                ensure!(answer.status >= 500, "{answer:?}");
                last = format!("{answer:?}");
            }
            // Closed without an answer.
            Err(error) => last = format!("{error:?}"),
        }
        Ok(None)
    });
    let acknowledged = acknowledged.await;
    acknowledged.with_context(|| format!("the last answer: {last}"))
}
