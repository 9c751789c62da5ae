//! A real axum server behind the layer.

use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::routing::post;
use notification_suite::payments::Shop;
use notification_suite::{Probe, paths};
use paytr_core::VerifiedPayment;
use paytr_tower::PaytrCallbackLayer;
use tokio::task::JoinHandle;

/// The status with which the handler answers.
#[derive(Clone)]
struct Answers(StatusCode);

async fn handle(
    Extension(Answers(status)): Extension<Answers>,
    Extension(probe): Extension<Arc<Probe>>,
    Extension(payment): Extension<VerifiedPayment>,
    body: String,
) -> (StatusCode, &'static str) {
    assert!(
        body.contains(payment.merchant_oid()),
        "the body is restored"
    );
    probe.payment(&payment).await.unwrap();
    (status, "never shown to PayTR")
}

/// The layer of a shop.
pub(crate) fn layer(shop: &Shop) -> PaytrCallbackLayer {
    PaytrCallbackLayer::new(shop.gate.clone()).at(paths::PAYMENTS)
}

/// The shop's handler behind its layer, and another route that has nothing to do with payments.
pub(crate) fn app(shop: &Shop, layer: PaytrCallbackLayer, status: StatusCode) -> Router {
    Router::new()
        .route(paths::PAYMENTS, post(handle))
        .route("/other", post(|body: String| async move { body }))
        .layer(layer)
        .layer(Extension(shop.probe.clone()))
        .layer(Extension(Answers(status)))
}

pub(crate) fn spawn(app: Router, listener: TcpListener) -> JoinHandle<()> {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}

/// A server whose handler answers 200.
pub(crate) fn serve(shop: &Shop, listener: TcpListener) -> JoinHandle<()> {
    spawn(app(shop, layer(shop), StatusCode::OK), listener)
}
