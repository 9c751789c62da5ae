//! Who the buyer is, seen through a front.

use std::net::IpAddr;

use anyhow::{Context as _, Result};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;

use super::Behind;
use crate::harness::{Answer, Purchase, request};

/// PayTR is told the address from which the buyer's connection came to the front, whatever the buyer claims.
pub async fn the_buyers_address_is_the_one_that_the_front_saw(behind: Behind) -> Result<()> {
    let street = behind.start(|_, program| program).await?;
    let buyer = IpAddr::from([127, 0, 0, 77]);
    let claims = [
        "",
        "X-Forwarded-For: 203.0.113.9\r\n",
        "X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n",
    ];
    for claim in claims {
        // Both nodes in turn.
        for _ in 0..2 {
            let body = Purchase::pen().to_json().to_string();
            let length = body.len();
            let headers =
                format!("Content-Type: application/json\r\nContent-Length: {length}\r\n{claim}");
            let socket = TcpSocket::new_v4()?;
            socket.bind((buyer, 0).into())?;
            let mut stream = socket.connect(street.address()).await?;
            let pay = request("POST /paytr/pay", &headers, body.as_bytes());
            stream.write_all(&pay).await?;
            let answer = Answer::read(&mut stream).await?;
            assert_eq!(answer.status, 200, "{answer:?}");
            let oid = merchant_oid(&answer)?;
            let asked = street.market.asked_for(&oid)?;
            assert_eq!(asked.user_ip, Some(buyer), "{claim:?}");
        }
    }
    Ok(())
}

/// The order id in an answer that may be sent in chunks.
fn merchant_oid(answer: &Answer) -> Result<String> {
    let text = answer.text();
    let (_, rest) = text
        .split_once("\"merchant_oid\":\"")
        .with_context(|| text.clone())?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
