//! Connections that break, and many at once: the payment is handled all the same, and once.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::http::{post, reset, wait_for};
use crate::paths;
use crate::payments::{Shop, request, success};

/// The tests of [`connections`](crate::connections), of a server of [`payments::Shop`](Shop).
#[macro_export]
macro_rules! connection_tests {
    (#[$test:meta] $serve:path) => {
        $crate::one_test_per_rule! { #[$test] $serve, $crate::payments::Shop, connections:
            a_closed_connection_does_not_stop_the_handler,
            a_half_closed_connection_does_not_stop_the_handler,
            a_reset_connection_does_not_stop_the_handler,
            a_connection_that_breaks_inside_the_body_leaves_no_trace,
            a_hundred_copies_at_once_are_handled_once,
        }
    };
}

/// Starts a delivery, waits until its handler runs, breaks the connection, lets the handler end.
async fn settles_after(shop: &Shop, break_off: impl AsyncFnOnce(TcpStream)) {
    shop.probe.close_door();
    let mut stream = shop.connect().await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    break_off(stream).await;
    // The server must notice the break before the handler ends, or nothing is tested. It does so before
    // it takes what is sent later; there may be two workers, so both are asked.
    for _ in 0..4 {
        let second = shop.post(&success("SHOP0001")).await;
        assert_eq!(second.status, 503, "still in progress");
    }
    shop.probe.open_door();
    wait_for("the order is paid", async || shop.is_paid().await).await;
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!((shop.probe.runs(), shop.probe.finished()), (1, 1));
}

/// Both directions at once.
pub async fn a_closed_connection_does_not_stop_the_handler(shop: &Shop) {
    settles_after(shop, async |stream| drop(stream)).await;
}

/// The direction to the server first.
pub async fn a_half_closed_connection_does_not_stop_the_handler(shop: &Shop) {
    settles_after(shop, async |mut stream| {
        stream.shutdown().await.unwrap();
        drop(stream);
    })
    .await;
}

/// As from a client that was killed.
pub async fn a_reset_connection_does_not_stop_the_handler(shop: &Shop) {
    settles_after(shop, async |stream| reset(stream)).await;
}

/// Closed or reset, early or late: the next delivery is the first.
pub async fn a_connection_that_breaks_inside_the_body_leaves_no_trace(shop: &Shop) {
    let whole = request(&success("SHOP0001"));
    for cut in [10, whole.len() / 2, whole.len() - 1] {
        for break_off in [drop, reset] {
            let mut stream = shop.connect().await;
            stream.write_all(&whole[..cut]).await.unwrap();
            break_off(stream);
        }
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.probe.runs(), 1);
}

/// Each of the others is told to come again, or that all is done.
pub async fn a_hundred_copies_at_once_are_handled_once(shop: &Shop) {
    shop.probe.close_door();
    let mut copies = JoinSet::new();
    for _ in 0..100 {
        let (address, body) = (shop.address, success("SHOP0001"));
        copies.spawn(async move { post(address, paths::PAYMENTS, &body).await });
    }
    shop.until_the_handler_runs().await;
    shop.probe.open_door();
    for answer in copies.join_all().await {
        let fine = answer.body == "OK" || answer.status == 503;
        assert!(fine, "{answer:?}");
    }
    assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    assert_eq!(shop.probe.runs(), 1);
}
