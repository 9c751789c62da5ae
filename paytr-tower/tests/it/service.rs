//! The tower contract: readiness, errors, panics, and what the extensions carry.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body::Frame;
use notification_suite::credentials;
use notification_suite::paths::PAYMENTS as PATH;
use notification_suite::payments::{ledger, success};
use paytr_core::paid_once::HandlerFailure;
use paytr_core::{
    BoxError, CallbackGate, Disposition, Expected, ExpectedAmount, Gate, Keyring, MemoryStore,
    OrderKey, async_trait,
};
use paytr_tower::PaytrCallbackLayer;
use paytr_tower::callback::RequestBody;
use tower::{Layer, Service, ServiceExt, service_fn};

async fn layer() -> PaytrCallbackLayer {
    let gate = CallbackGate::with_ledger(credentials(), ledger().await);
    PaytrCallbackLayer::new(gate).at(PATH)
}

fn notification(body: String) -> Request<Body> {
    Request::post(PATH)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

/// Panics when it is called without having been polled ready, and when it is cloned ready.
struct Strict {
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { is_ready: false }
    }
}

impl Service<Request<RequestBody<Body>>> for Strict {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<RequestBody<Body>>) -> Self::Future {
        assert!(self.is_ready, "called without being ready");
        ready(Ok(Response::new(Body::empty())))
    }
}

#[tokio::test]
async fn the_service_that_was_ready_is_the_one_that_is_called() {
    let mut service = layer().await.layer(Strict { is_ready: false });
    let service = service.ready().await.unwrap();
    let response = service
        .call(notification(success("SHOP0001")))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn an_answer_of_the_layer_carries_its_disposition() {
    let inner = Strict { is_ready: false };
    let service = layer().await.layer(inner);
    let response = service
        .clone()
        .oneshot(notification(success("SHOP0001")))
        .await
        .unwrap();
    assert_eq!(response.extensions().get(), Some(&Disposition::Settled));
    let response = service
        .clone()
        .oneshot(notification(success("SHOP0002")))
        .await
        .unwrap();
    assert_eq!(
        response.extensions().get(),
        Some(&Disposition::UnknownOrder)
    );
    let elsewhere = Request::get("/").body(Body::empty()).unwrap();
    let response = service.oneshot(elsewhere).await.unwrap();
    assert_eq!(response.extensions().get::<Disposition>(), None);
}

#[tokio::test]
async fn an_error_of_the_inner_service_passes_through_and_releases_the_claim() {
    let failing = service_fn(|_: Request<RequestBody<Body>>| async {
        Err::<Response<Body>, _>(std::io::Error::other("inner"))
    });
    let layer = layer().await;
    let error = layer
        .layer(failing)
        .oneshot(notification(success("SHOP0001")))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "inner");
    let working = layer.layer(Strict { is_ready: false });
    let response = working
        .oneshot(notification(success("SHOP0001")))
        .await
        .unwrap();
    assert_eq!(response.extensions().get(), Some(&Disposition::Settled));
}

#[tokio::test]
async fn a_panic_of_the_inner_service_releases_the_claim() {
    let panicking = service_fn(|_: Request<RequestBody<Body>>| async {
        assert_eq!(1, 2, "a bug in the handler");
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let layer = layer().await;
    let response = layer
        .layer(panicking)
        .oneshot(notification(success("SHOP0001")))
        .await
        .unwrap();
    assert_eq!(response.status(), 500);
    let working = layer.layer(Strict { is_ready: false });
    let response = working
        .oneshot(notification(success("SHOP0001")))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

/// A body that never comes, or whose reading panics.
enum Broken {
    Silent,
    Panics,
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match *self {
            Self::Silent => Poll::Pending,
            Self::Panics => panic!("a bug in the body"),
        }
    }
}

fn with_body(body: Broken) -> Request<Body> {
    notification(String::new()).map(|_| Body::new(body))
}

#[tokio::test]
async fn a_caller_that_goes_while_the_body_is_read_leaves_nothing_behind() {
    let layer = layer().await;
    let service = layer.layer(Strict { is_ready: false });
    tokio::select! {
        biased;
        _ = service.oneshot(with_body(Broken::Silent)) => panic!("it has no body"),
        () = ready(()) => {}
    }
    layer.drain(Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn a_panic_while_the_body_is_read_is_the_callers() {
    let service = layer().await.layer(Strict { is_ready: false });
    let call = tokio::spawn(service.oneshot(with_body(Broken::Panics)));
    assert!(call.await.unwrap_err().is_panic());
}

/// Panics when it is asked what an order costs.
struct NoPrices;

#[async_trait]
impl ExpectedAmount for NoPrices {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        panic!("a bug in the shop's prices")
    }
}

#[tokio::test]
async fn a_panic_before_the_handler_is_answered_and_paytr_asks_again() {
    let gate = Gate::builder(Arc::new(MemoryStore::new()), Arc::new(NoPrices)).build();
    let gate = CallbackGate::new(Keyring::new(credentials()), gate.unwrap());
    let service = PaytrCallbackLayer::new(gate).layer(Strict { is_ready: false });
    let response = service.oneshot(notification(success("SHOP0001"))).await;
    let response = response.unwrap();
    assert_eq!(response.status(), 500);
    let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
    assert_eq!(response.extensions().get(), Some(&panicked));
}

#[tokio::test]
#[should_panic(expected = "must start with a slash")]
async fn a_path_without_a_slash_is_refused() {
    let layer = layer().await;
    drop(layer);
    let ledger = Arc::new(MemoryStore::new());
    let gate = CallbackGate::with_ledger(credentials(), ledger);
    let _ = PaytrCallbackLayer::new(gate).at("paytr/callback");
}
