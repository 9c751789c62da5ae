//! Connections that break, and shutdown: the payment is handled all the same.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::http::{PATIENCE, request, wait_for};
use crate::shop::{Handler, Shop, success};

/// Sends a reset.
pub(crate) fn reset(stream: TcpStream) {
    #[expect(
        deprecated,
        reason = "a linger of zero is how a reset is sent; it never blocks"
    )]
    stream.set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

/// Starts a delivery, waits until its handler runs, breaks the connection, lets the handler end.
async fn settles_after(break_off: impl AsyncFnOnce(TcpStream)) {
    let shop = Shop::start(Handler::waiting()).await;
    let mut stream = shop.server.connect().await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    break_off(stream).await;
    // The worker must notice the break before the handler ends, or nothing is tested. It does so before
    // it takes what is sent later; there are two workers, so both are asked.
    for _ in 0..4 {
        let probe = shop.post(&success("SHOP0001")).await;
        assert_eq!(probe.status, 503, "still in progress");
    }
    shop.handler.door.add_permits(1);
    wait_for("the order is paid", async || shop.is_paid().await).await;
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!((shop.handler.runs(), shop.handler.finished()), (1, 1));
}

#[actix_web::test]
async fn a_closed_connection_does_not_stop_the_handler() {
    settles_after(async |stream| drop(stream)).await;
}

#[actix_web::test]
async fn a_half_closed_connection_does_not_stop_the_handler() {
    settles_after(async |mut stream| {
        stream.shutdown().await.unwrap();
        drop(stream);
    })
    .await;
}

#[actix_web::test]
async fn a_reset_connection_does_not_stop_the_handler() {
    settles_after(async |stream| reset(stream)).await;
}

#[actix_web::test]
async fn a_connection_that_breaks_inside_the_body_leaves_no_trace() {
    let shop = Shop::start(Handler::quick()).await;
    let whole = request(&success("SHOP0001"));
    for cut in [10, whole.len() / 2, whole.len() - 1] {
        let mut stream = shop.server.connect().await;
        stream.write_all(&whole[..cut]).await.unwrap();
        reset(stream);
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}

#[actix_web::test]
async fn drain_waits_for_the_handler_and_says_when_it_had_to_stop_waiting() {
    let shop = Shop::start(Handler::waiting()).await;
    let mut stream = shop.server.connect().await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    reset(stream);
    let too_short = shop.gate.drain(Duration::from_millis(50)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    shop.handler.door.add_permits(1);
    shop.gate.drain(PATIENCE).await.unwrap();
    assert!(shop.is_paid().await);
}

#[actix_web::test]
async fn a_hundred_copies_at_once_are_handled_once() {
    let shop = Arc::new(Shop::start(Handler::waiting()).await);
    let copies: Vec<_> = (0..100)
        .map(|_| {
            let shop = shop.clone();
            rt::spawn(async move { shop.post(&success("SHOP0001")).await })
        })
        .collect();
    shop.until_the_handler_runs().await;
    shop.handler.door.add_permits(1);
    for copy in copies {
        let answer = copy.await.unwrap();
        let fine = answer.body == "OK" || answer.status == 503;
        assert!(fine, "{answer:?}");
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}
