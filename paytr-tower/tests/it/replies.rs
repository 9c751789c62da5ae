//! The suite of replies, and what only a layer can show.

use axum::http::StatusCode;
use notification_suite::paths;
use notification_suite::payments::{Shop, request, success};
use paytr_core::OrderState;
use paytr_core::paid_once::HandlerFailure;

use crate::server::{app, layer, serve, spawn};

notification_suite::reply_tests!(
    #[tokio::test]
    serve
);

#[tokio::test]
async fn a_handler_that_does_not_answer_2xx_is_not_settled_and_its_body_is_not_shown() {
    for status in [
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::FOUND,
        StatusCode::NOT_FOUND,
    ] {
        let (shop, listener) = Shop::open().await;
        spawn(app(&shop, layer(&shop), status), listener);
        for attempt in 1..=2 {
            let answer = shop.post(&success("SHOP0001")).await;
            assert_eq!(answer.status, 500, "{status}");
            assert_eq!(answer.body, "PAYTR notification failed: handler error");
            let runs = shop.probe.runs();
            assert_eq!(runs, attempt, "released, so that the next one runs");
        }
        let OrderState::Undelivered(owed) = shop.state().await else {
            panic!("the buyer has paid: {:?}", shop.state().await);
        };
        assert_eq!(
            (owed.attempts, owed.last_failure),
            (2, Some(HandlerFailure::Error))
        );
    }
}

#[tokio::test]
async fn other_paths_pass_through_untouched() {
    let (shop, listener) = Shop::open().await;
    serve(&shop, listener);
    let other = String::from_utf8(request("anything=goes")).unwrap();
    let other = other.replace(paths::PAYMENTS, "/other");
    let answer = shop.exchange(other).await;
    assert_eq!((answer.status, &*answer.body), (200, "anything=goes"));
}
