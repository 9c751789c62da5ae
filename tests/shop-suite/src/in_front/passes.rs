//! What a node answers comes through a front as it was.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use super::{Behind, Street};
use crate::harness::{Answer, eventually, request};

/// A payment through the front is booked once, whichever node gets it, and `OK` is byte for byte.
pub async fn a_payment_is_ok_at_either_node_and_booked_once(behind: Behind) -> Result<()> {
    let street = behind.start(|_, program| program).await?;
    for node in street.nodes.iter().cycle().take(6) {
        let oid = node.open_order().await?;
        let body = street.market.paid(&oid);
        for _ in 0..3 {
            let answer = street.notify(&body).await?;
            assert!(answer.is_ok(), "{answer:?}");
        }
        for node in &street.nodes {
            assert_eq!(node.state(&oid).await?, "paid");
            assert_eq!(node.receipts_of(&oid).await?.len(), 1);
        }
    }
    Ok(())
}

/// A refusal keeps its status and its text.
pub async fn a_refusal_comes_through_as_it_was(behind: Behind) -> Result<()> {
    let street = behind.start(|_, program| program).await?;
    let [one, two] = &street.nodes;
    let oid = one.open_order().await?;
    let paid = street.market.paid(&oid);
    let refused = [
        paid.replace("total_amount=3456", "total_amount=3457"),
        street.market.paid("SHOP0000000000000000000000000000"),
        "nothing=here".to_owned(),
    ];
    for body in refused {
        let direct = one.notify(&body).await?;
        assert_ne!(direct.status, 200, "{direct:?}");
        for _ in 0..2 {
            same(&direct, &street.notify(&body).await?);
        }
    }
    assert_eq!(two.receipts().await?, []);
    Ok(())
}

/// "In progress" is a 503 of a node that is well: it comes through with its `Retry-After`, and no front takes a
/// node out because of it.
pub async fn in_progress_comes_through_and_takes_no_node_out(behind: Behind) -> Result<()> {
    let slow = Duration::from_millis(800);
    let street = behind
        .start(|_, program| program.handler_delay(slow))
        .await?;
    let (oid, mut delivery) = street.market.delivery_in_handler(&street.nodes[0]).await?;
    let body = street.market.paid(&oid);
    let direct = street.nodes[1].notify(&body).await?;
    ensure!(direct.is_in_progress(), "{direct:?}");
    assert!(direct.header("retry-after").is_some(), "{direct:?}");
    for _ in 0..4 {
        same(&direct, &street.notify(&body).await?);
    }
    assert!(Answer::read(&mut delivery).await?.is_ok());
    both_nodes_are_asked(&street).await?;
    assert_eq!(street.nodes[1].receipts_of(&oid).await?.len(), 1);
    Ok(())
}

/// Both nodes get requests.
pub(super) async fn both_nodes_are_asked(street: &Street) -> Result<()> {
    eventually("both nodes are asked", async || {
        let mut asked = BTreeSet::new();
        for _ in 0..4 {
            asked.insert(the_first_node_answers(street).await?);
        }
        Ok((asked.len() == 2).then_some(()))
    })
    .await
}

/// Asks for a page that only the first node has.
async fn the_first_node_answers(street: &Street) -> Result<bool> {
    let answer = Answer::to(street.address(), &request("GET /back-office", "", b"")).await?;
    match answer.status {
        401 => Ok(true),
        404 => Ok(false),
        _ => bail!("{answer:?}"),
    }
}

fn same(direct: &Answer, through: &Answer) {
    assert_eq!(direct.status, through.status, "{through:?}");
    assert_eq!(direct.text(), through.text());
    for name in ["retry-after", "content-type"] {
        assert_eq!(direct.header(name), through.header(name), "{through:?}");
    }
}
