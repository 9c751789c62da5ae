//! Connections that break, time limits that fire, and shutdown: the payment is handled all the same.

use std::time::Duration;

use crate::support::{Handler, Shop, request, success};
use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::http::StatusCode;
use paytr_core::OrderState;
use tokio::io::AsyncWriteExt;
use tower::ServiceBuilder;
use tower::timeout::TimeoutLayer;

/// Starts a delivery, waits until its handler runs, breaks the connection, lets the handler end.
async fn settles_after(break_off: impl AsyncFnOnce(tokio::net::TcpStream)) {
    let shop = Shop::start(Handler::waiting()).await;
    let mut stream = shop.connect().await;
    stream
        .write_all(&request(&success("SHOP0001")))
        .await
        .unwrap();
    shop.wait_for("the handler runs", async |shop| shop.handler.runs() == 1)
        .await;
    break_off(stream).await;
    // The server needs to notice the break before the handler ends, or nothing is tested.
    let probe = shop.post(&success("SHOP0001")).await;
    assert_eq!(probe.status, 503, "still in progress");
    shop.handler.door.add_permits(1);
    shop.wait_for("the order is paid", async |shop| {
        matches!(shop.state("SHOP0001").await, OrderState::Paid { .. })
    })
    .await;
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}

#[tokio::test]
async fn a_closed_connection_does_not_stop_the_handler() {
    settles_after(async |stream| drop(stream)).await;
}

#[tokio::test]
async fn a_half_closed_connection_does_not_stop_the_handler() {
    settles_after(async |mut stream| stream.shutdown().await.unwrap()).await;
}

#[tokio::test]
async fn a_reset_connection_does_not_stop_the_handler() {
    settles_after(async |stream| {
        #[expect(
            deprecated,
            reason = "a linger of zero is how a reset is sent; it never blocks"
        )]
        stream.set_linger(Some(Duration::ZERO)).unwrap();
        drop(stream);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_inside_the_body_leaves_no_trace() {
    let shop = Shop::start(Handler::answering(StatusCode::OK)).await;
    let whole = request(&success("SHOP0001"));
    for cut in [10, whole.len() / 2, whole.len() - 1] {
        let mut stream = shop.connect().await;
        stream.write_all(&whole[..cut]).await.unwrap();
        drop(stream);
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}

fn with_outer_timeout(app: Router) -> Router {
    let gave_up = HandleErrorLayer::new(|_: tower::BoxError| async {
        (StatusCode::GATEWAY_TIMEOUT, "outer time limit")
    });
    app.layer(
        ServiceBuilder::new()
            .layer(gave_up)
            .layer(TimeoutLayer::new(Duration::from_millis(100))),
    )
}

#[tokio::test]
async fn an_outer_time_limit_does_not_stop_the_handler() {
    let shop = Shop::start_with(Handler::waiting(), |gate| gate, with_outer_timeout).await;
    let cut_off = shop.post(&success("SHOP0001")).await;
    assert_eq!(cut_off.status, 504);
    assert_eq!((shop.handler.runs(), shop.handler.finished()), (1, 0));
    shop.handler.door.add_permits(1);
    shop.wait_for("the order is paid", async |shop| {
        matches!(shop.state("SHOP0001").await, OrderState::Paid { .. })
    })
    .await;
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}

#[tokio::test]
async fn drain_waits_for_the_handler_and_says_when_it_had_to_stop_waiting() {
    let shop = Shop::start(Handler::waiting()).await;
    let mut stream = shop.connect().await;
    stream
        .write_all(&request(&success("SHOP0001")))
        .await
        .unwrap();
    shop.wait_for("the handler runs", async |shop| shop.handler.runs() == 1)
        .await;
    drop(stream);
    let too_short = shop.layer.drain(Duration::from_millis(50)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    shop.handler.door.add_permits(1);
    shop.layer.drain(crate::support::PATIENCE).await.unwrap();
    assert!(matches!(
        shop.state("SHOP0001").await,
        OrderState::Paid { .. }
    ));
}

#[tokio::test]
async fn a_hundred_copies_at_once_are_handled_once() {
    let shop = Shop::start(Handler::waiting()).await;
    let shop = std::sync::Arc::new(shop);
    let copies: Vec<_> = (0..100)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.post(&success("SHOP0001")).await })
        })
        .collect();
    shop.wait_for("the handler runs", async |shop| shop.handler.runs() == 1)
        .await;
    shop.handler.door.add_permits(1);
    for copy in copies {
        let answer = copy.await.unwrap();
        let fine = answer.body == "OK" || answer.status == 503;
        assert!(fine, "{answer:?}");
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.handler.runs(), 1);
}
