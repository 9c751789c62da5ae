//! Handlers that do not succeed, and one that is too slow.

use std::time::Duration;

use actix_web::{App, HttpResponse, web};
use notification_suite::credentials;
use notification_suite::paths::PAYMENTS as PATH;
use notification_suite::payments::{Shop, gate, ledger, success};
use paytr_actix::paytr_core::OrderState;
use paytr_actix::paytr_core::paid_once::HandlerFailure;
use paytr_actix::{BoxError, CallbackGate, Gate, Keyring, VerifiedCallback};

use crate::server::Server;
use crate::shop::serve;

const FAILED: &str = "PAYTR notification failed: handler error";

#[actix_web::test]
async fn a_failed_handler_is_500_and_its_error_is_not_shown() {
    let (shop, listener) = Shop::open().await;
    let _server = serve(&shop, listener);
    for attempt in 1..=2 {
        shop.probe.fail_next();
        let answer = shop.post(&success("SHOP0001")).await;
        assert_eq!((answer.status, &*answer.body), (500, FAILED));
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

async fn panicking(callback: VerifiedCallback) -> HttpResponse {
    let first = callback.payment().attempt() == 1;
    callback
        .settle_with(move |_| {
            assert!(!first, "a bug before the first await");
            async { Ok::<_, BoxError>(()) }
        })
        .await
}

async fn panicking_later(callback: VerifiedCallback) -> HttpResponse {
    let first = callback.payment().attempt() == 1;
    callback
        .settle_with(async move |_| {
            tokio::task::yield_now().await;
            assert!(!first, "a bug after an await");
            Ok::<_, BoxError>(())
        })
        .await
}

#[actix_web::test]
async fn a_panic_of_the_handler_is_500_and_releases_the_claim() {
    for route in [|| web::to(panicking), || web::to(panicking_later)] {
        let ledger = ledger().await;
        let gate = gate(ledger.clone(), ledger);
        let server = Server::start(move || App::new().app_data(gate.clone()).route(PATH, route()));
        let answer = server.deliver(&success("SHOP0001")).await;
        assert_eq!((answer.status, &*answer.body), (500, FAILED));
        let answer = server.deliver(&success("SHOP0001")).await;
        assert_eq!(answer.status, 200, "released, and attempt 2 works");
    }
}

async fn never_ends_at_first(callback: VerifiedCallback) -> HttpResponse {
    let first = callback.payment().attempt() == 1;
    callback
        .settle_with(async move |_| {
            if first {
                std::future::pending::<()>().await;
            }
            Ok::<_, BoxError>(())
        })
        .await
}

#[actix_web::test]
async fn a_handler_out_of_time_is_500_and_releases_the_claim() {
    let ledger = ledger().await;
    let limited = Gate::builder(ledger.clone(), ledger).handler_timeout(Duration::from_millis(100));
    let gate = CallbackGate::new(Keyring::new(credentials()), limited.build().unwrap());
    let route = || web::to(never_ends_at_first);
    let server = Server::start(move || App::new().app_data(gate.clone()).route(PATH, route()));
    let answer = server.deliver(&success("SHOP0001")).await;
    assert_eq!((answer.status, &*answer.body), (500, FAILED));
    let answer = server.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.body, "OK");
}
