//! A claim that no handler takes up is given back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::dev::Payload;
use actix_web::{App, Error, FromRequest, HttpRequest, HttpResponse, web};
use notification_suite::http::{connect, reset, wait_for};
use notification_suite::paths::PAYMENTS as PATH;
use notification_suite::payments::{gate, ledger, request, success};
use paytr_actix::{BoxError, VerifiedCallback};
use tokio::io::AsyncWriteExt;

use crate::server::Server;
use crate::slow_store::SlowStore;

/// The answer to a delivery once there is one that is not "in progress".
async fn answer(server: &Server) -> String {
    let answer = std::cell::RefCell::new(String::new());
    wait_for("the claim is given back", async || {
        let got = server.deliver(&success("SHOP0001")).await;
        let is_final = got.status != 503;
        answer.replace(got.body);
        is_final
    })
    .await;
    answer.into_inner()
}

#[actix_web::test]
async fn a_callback_that_is_dropped_unfinished_gives_its_claim_back() {
    let ledger = ledger().await;
    let gate = gate(ledger.clone(), ledger);
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let server = Server::start(move || {
        let counted = counted.clone();
        let paid = move |callback: VerifiedCallback| {
            let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                if first {
                    return HttpResponse::BadGateway().finish();
                }
                callback.settle_with(async |_| Ok::<_, BoxError>(())).await
            }
        };
        App::new().app_data(gate.clone()).route(PATH, web::to(paid))
    });
    let first = server.deliver(&success("SHOP0001")).await;
    assert_eq!(first.status, 502);
    assert_eq!(answer(&server).await, "OK");
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[actix_web::test]
async fn a_connection_reset_inside_the_claim_leaves_no_claim() {
    let ledger = ledger().await;
    let store = Arc::new(SlowStore::new(ledger.clone()));
    let gate = gate(store.clone(), ledger);
    let server = Server::start(move || {
        let paid = async |callback: VerifiedCallback| {
            callback.settle_with(async |_| Ok::<_, BoxError>(())).await
        };
        App::new().app_data(gate.clone()).route(PATH, web::to(paid))
    });
    let mut stream = connect(server.address).await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    wait_for("the claim is made", async || {
        store.claims.load(Ordering::SeqCst) == 1
    })
    .await;
    reset(stream);
    store.door.add_permits(1_000);
    assert_eq!(answer(&server).await, "OK");
}

/// An extractor beside the callback's that never ends for the first request.
struct NeverFirst;

impl FromRequest for NeverFirst {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = request.app_data::<web::Data<AtomicU32>>().unwrap().clone();
        Box::pin(async move {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                std::future::pending::<()>().await;
            }
            Ok(Self)
        })
    }
}

#[actix_web::test]
async fn a_connection_reset_between_claim_and_handler_leaves_no_claim() {
    let ledger = ledger().await;
    let gate = gate(ledger.clone(), ledger);
    let asked = web::Data::new(AtomicU32::new(0));
    let shared = asked.clone();
    let server = Server::start(move || {
        let paid = async |callback: VerifiedCallback, _: NeverFirst| {
            callback.settle_with(async |_| Ok::<_, BoxError>(())).await
        };
        App::new()
            .app_data(gate.clone())
            .app_data(shared.clone())
            .route(PATH, web::to(paid))
    });
    let mut stream = connect(server.address).await;
    let notification = request(&success("SHOP0001"));
    stream.write_all(&notification).await.unwrap();
    wait_for("the other extractor waits", async || {
        asked.load(Ordering::SeqCst) == 1
    })
    .await;
    let held = server.deliver(&success("SHOP0001")).await;
    assert_eq!(held.status, 503, "the claim is held");
    reset(stream);
    assert_eq!(answer(&server).await, "OK");
}
