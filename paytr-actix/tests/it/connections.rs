//! The suite of connections, and shutdown.

use std::time::Duration;

use notification_suite::http::{PATIENCE, reset};
use notification_suite::payments::{Shop, request, success};
use tokio::io::AsyncWriteExt;

use crate::shop::serve;

notification_suite::connection_tests!(
    #[actix_web::test]
    serve
);

#[actix_web::test]
async fn drain_waits_for_the_handler_and_says_when_it_had_to_stop_waiting() {
    let (shop, listener) = Shop::open().await;
    let _server = serve(&shop, listener);
    shop.probe.close_door();
    let mut stream = shop.connect().await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    reset(stream);
    let too_short = shop.gate.drain(Duration::from_millis(50)).await;
    assert_eq!(too_short.unwrap_err().still_running, 1);
    shop.probe.open_door();
    shop.gate.drain(PATIENCE).await.unwrap();
    assert!(shop.is_paid().await);
}
