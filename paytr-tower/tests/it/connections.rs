//! The suite of connections, and time limits that fire, and shutdown.

use std::time::Duration;

use axum::error_handling::HandleErrorLayer;
use axum::http::StatusCode;
use notification_suite::http::{PATIENCE, wait_for};
use notification_suite::payments::{Shop, request, success};
use tokio::io::AsyncWriteExt;
use tower::ServiceBuilder;
use tower::timeout::TimeoutLayer;

use crate::server::{app, layer, serve, spawn};

notification_suite::connection_tests!(
    #[tokio::test]
    serve
);

#[tokio::test]
async fn an_outer_time_limit_does_not_stop_the_handler() {
    let (shop, listener) = Shop::open().await;
    shop.probe.close_door();
    let gave_up = HandleErrorLayer::new(|_: tower::BoxError| async {
        (StatusCode::GATEWAY_TIMEOUT, "outer time limit")
    });
    let limited = app(&shop, layer(&shop), StatusCode::OK).layer(
        ServiceBuilder::new()
            .layer(gave_up)
            .layer(TimeoutLayer::new(Duration::from_millis(100))),
    );
    spawn(limited, listener);
    let cut_off = shop.post(&success("SHOP0001")).await;
    assert_eq!(cut_off.status, 504);
    assert_eq!((shop.probe.runs(), shop.probe.finished()), (1, 0));
    shop.probe.open_door();
    wait_for("the order is paid", async || shop.is_paid().await).await;
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.probe.runs(), 1);
}

#[tokio::test]
async fn drain_waits_for_the_handler_and_says_when_it_had_to_stop_waiting() {
    let (shop, listener) = Shop::open().await;
    shop.probe.close_door();
    let layer = layer(&shop);
    spawn(app(&shop, layer.clone(), StatusCode::OK), listener);
    let mut stream = shop.connect().await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    drop(stream);
    let too_short = layer.drain(Duration::from_millis(50)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    shop.probe.open_door();
    layer.drain(PATIENCE).await.unwrap();
    assert!(shop.is_paid().await);
}
