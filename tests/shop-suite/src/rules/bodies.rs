//! Requests that are not a plain, whole, small POST of a form.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};

use crate::Program;
use crate::harness::{Answer, CALLBACK, FORM, Market, PATIENCE, Shop, notification, request};

/// The limit on a notification, in bytes.
const LIMIT: usize = 16 * 1024;

/// Every other method is 405 and told that POST is the one.
pub async fn other_methods_are_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let body = market.paid(&oid);
    for method in ["GET", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH"] {
        let headers = format!("Content-Type: {FORM}\r\nContent-Length: {}\r\n", body.len());
        let bytes = request(&format!("{method} {CALLBACK}"), &headers, body.as_bytes());
        let answer = shop.exchange(&bytes).await?;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("post"), "{method}");
        let text = if method == "HEAD" {
            ""
        } else {
            "PAYTR notification failed: method not allowed"
        };
        assert_eq!(answer.text(), text, "{method}");
    }
    settles_now(&market, &shop, &oid).await
}

/// Only a plain urlencoded form is read.
pub async fn other_content_types_are_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let body = market.paid(&oid);
    let cases = [
        String::new(),
        "Content-Type: application/json\r\n".to_owned(),
        "Content-Type: text/plain\r\n".to_owned(),
        "Content-Type: multipart/form-data; boundary=x\r\n".to_owned(),
        format!("Content-Type: {FORM}\r\nContent-Encoding: gzip\r\n"),
        format!("Content-Type: {FORM}\r\nContent-Type: text/plain\r\n"),
    ];
    for headers in cases {
        let headers = format!("{headers}Content-Length: {}\r\n", body.len());
        let bytes = request(&format!("POST {CALLBACK}"), &headers, body.as_bytes());
        let answer = shop.exchange(&bytes).await?;
        let expected = "PAYTR notification failed: unsupported media type";
        assert_eq!(
            (answer.status, &*answer.text()),
            (415, expected),
            "{headers}"
        );
    }
    assert_eq!(shop.receipts().await?, []);
    let headers = format!(
        "Content-Type: {FORM}; charset=UTF-8\r\nContent-Length: {}\r\n",
        body.len()
    );
    let with_charset = request(&format!("POST {CALLBACK}"), &headers, body.as_bytes());
    assert!(shop.exchange(&with_charset).await?.is_ok());
    Ok(())
}

/// 16 KiB pass, one byte more does not, announced or not.
pub async fn a_body_above_the_limit_is_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let padded = |length: usize| {
        let body = format!("{}&padding=", market.paid(&oid));
        format!("{body}{}", "x".repeat(length - body.len()))
    };
    let answer = shop.notify(&padded(LIMIT + 1)).await?;
    assert_eq!(
        (answer.status, &*answer.text()),
        (413, "PAYTR notification failed: too large")
    );
    // Refused on its announcement: the mebibyte is never sent.
    let headers = format!("Content-Type: {FORM}\r\nContent-Length: 1048576\r\n");
    let announced = request(&format!("POST {CALLBACK}"), &headers, b"");
    assert_eq!(shop.exchange(&announced).await?.status, 413);
    assert_eq!(send_chunks(&shop, 1_024).await?.status, 413);
    assert_eq!(shop.receipts().await?, []);
    assert!(shop.notify(&padded(LIMIT)).await?.is_ok());
    Ok(())
}

/// A chunked body is read like any other.
pub async fn a_chunked_body_is_read(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let body = market.paid(&oid);
    let (one, other) = body.split_at(20);
    let chunks = format!(
        "{:x}\r\n{one}\r\n{:x}\r\n{other}\r\n0\r\n\r\n",
        one.len(),
        other.len()
    );
    let answer = shop.exchange(&chunked(chunks.as_bytes())).await?;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// A length that lies leaves no trace: too short cuts the hash, too long never ends.
pub async fn a_content_length_that_lies_is_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let body = market.paid(&oid);
    let announcing = |length: usize| {
        let headers = format!("Content-Type: {FORM}\r\nContent-Length: {length}\r\n");
        request(&format!("POST {CALLBACK}"), &headers, body.as_bytes())
    };
    assert_eq!(
        shop.exchange(&announcing(body.len() - 6)).await?.status,
        400
    );

    let mut stream = shop.connect().await?;
    stream.write_all(&announcing(body.len() + 6)).await?;
    stream.shutdown().await?;
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await?;
    assert!(!rest.ends_with(b"OK"), "{rest:?}");

    // Two lengths, or a length beside chunks, are how requests are smuggled.
    let two = format!(
        "Content-Type: {FORM}\r\nContent-Length: {}\r\nContent-Length: 5\r\n",
        body.len()
    );
    let answer = shop
        .exchange(&request(&format!("POST {CALLBACK}"), &two, body.as_bytes()))
        .await?;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(shop.receipts().await?, []);
    settles_now(&market, &shop, &oid).await
}

/// A connection that breaks inside the request leaves no trace.
pub async fn a_request_that_breaks_off_leaves_no_trace(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let whole = notification(&market.paid(&oid));
    for length in [1, 40, whole.len() - 100, whole.len() - 1] {
        let mut stream = shop.connect().await?;
        stream
            .write_all(whole.get(..length).context("a part")?)
            .await?;
        drop(stream);
    }
    settles_now(&market, &shop, &oid).await?;
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// One byte a second is 408 at the deadline; meanwhile others are served.
pub async fn a_body_of_one_byte_a_second_is_408(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let whole = notification(&market.paid(&oid));
    let (head, slow) = whole.split_at(whole.len() - 40);
    let mut stream = shop.connect().await?;
    stream.write_all(head).await?;
    let started = Instant::now();
    let (mut reader, mut writer) = stream.split();
    let drip = async {
        for byte in slow.chunks(1) {
            sleep(Duration::from_secs(1)).await;
            // The server may have closed already.
            if writer.write_all(byte).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    tokio::select! {
        () = drip => {}
        read = timeout(PATIENCE, reader.read_to_end(&mut answer)) => { let _ = read?; }
    }
    let answer = String::from_utf8(answer)?;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer:?}");
    assert!(
        answer.ends_with("PAYTR notification failed: too slow"),
        "{answer:?}"
    );
    let took = started.elapsed();
    assert!((5..=15).contains(&took.as_secs()), "{took:?}");
    assert_eq!(shop.receipts().await?, []);
    settles_now(&market, &shop, &oid).await
}

/// Nothing of what was refused was claimed: the genuine notification is handled at once.
async fn settles_now(market: &Market, shop: &Shop, oid: &str) -> Result<()> {
    let answer = shop.notify(&market.paid(oid)).await?;
    assert!(answer.is_ok(), "{answer:?}");
    let attempts: Vec<_> = shop
        .receipts_of(oid)
        .await?
        .iter()
        .map(|receipt| receipt.attempt)
        .collect();
    assert_eq!(attempts, [1]);
    Ok(())
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let headers = format!("Content-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n");
    request(&format!("POST {CALLBACK}"), &headers, body)
}

/// Sends up to this many chunks of a kibibyte.
async fn send_chunks(shop: &Shop, count: usize) -> Result<Answer> {
    let mut stream = shop.connect().await?;
    stream.write_all(&chunked(b"")).await?;
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1_024));
    for _ in 0..count {
        // Like any sender that listens: it stops when there is an answer.
        let mut first = [0];
        let answered = timeout(Duration::from_millis(1), stream.peek(&mut first)).await;
        if answered.is_ok() || stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    Answer::read(&mut stream).await
}
