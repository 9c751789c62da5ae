//! What a shop would write by itself to keep the main promises: one kind of notification, one store, one handler.
//!
//! It verifies, compares the amount, claims, runs the handler under a time limit in a task that outlives the
//! connection, and settles before it says `OK`. What it refuses is in no review queue, a handler that panics blocks its
//! order until the lease runs out, and no settlement is tried again.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bench::notifications::credentials;
use paid_once::{Claim, Claimant, HandlerFailure, Payment, Settled};
use paytr_core::callback::PaymentCallbackRef;
use paytr_core::{BoxError, ExpectedAmount, Keyring, MemoryStore, OrderStore};
use tokio::time::timeout;

use crate::server::OnePrice;

const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);
const LEASE: Duration = Duration::from_mins(1);

struct Shop {
    keyring: Keyring,
    store: Arc<dyn OrderStore>,
    prices: Arc<dyn ExpectedAmount>,
}

/// axum, with a handler of its own at `path`.
pub(crate) fn app(path: &str) -> Result<Router> {
    let shop = Shop {
        keyring: Keyring::new(credentials()?),
        store: Arc::new(MemoryStore::new()),
        prices: Arc::new(OnePrice),
    };
    let limit = DefaultBodyLimit::max(16 * 1024);
    let route = post(notified).layer(limit);
    Ok(Router::new().route(path, route).with_state(Arc::new(shop)))
}

async fn notified(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let form = b"application/x-www-form-urlencoded";
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes() != form)
    {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not a form");
    }
    let Ok(callback) = PaymentCallbackRef::verify(&shop.keyring, &body) else {
        return (StatusCode::BAD_REQUEST, "not from PayTR");
    };
    let payment = callback.payment(shop.keyring.merchant_id());
    // In a task of its own it outlives the connection, and a panic in it is no more than an answer.
    let delivery = tokio::spawn(async move { deliver(&shop, payment).await });
    match delivery.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "ask again"),
        Err(_panic) => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
    }
}

async fn deliver(shop: &Shop, payment: Payment) -> Result<(StatusCode, &'static str), BoxError> {
    let expected = shop.prices.expected_amount(&payment.order).await?;
    if expected.check(&payment).is_err() {
        return Ok((StatusCode::BAD_REQUEST, "another amount"));
    }
    let claimant = Claimant::unique();
    let lease = match shop.store.claim(&payment, claimant, LEASE).await? {
        Claim::Granted(lease) => lease,
        Claim::InProgress { .. } => return Ok((StatusCode::SERVICE_UNAVAILABLE, "in progress")),
        Claim::Duplicate | Claim::Superseded | Claim::Conflict => {
            return Ok((StatusCode::OK, "OK"));
        }
    };
    if timeout(HANDLER_TIMEOUT, paid(&payment)).await.is_err() {
        let why = HandlerFailure::TimedOut;
        shop.store.release(&lease, why).await?;
        return Ok((StatusCode::INTERNAL_SERVER_ERROR, "too slow"));
    }
    Ok(match shop.store.settle(&lease).await? {
        Settled::Now | Settled::Already => (StatusCode::OK, "OK"),
        Settled::Lost => (StatusCode::INTERNAL_SERVER_ERROR, "too slow"),
    })
}

#[expect(
    clippy::unused_async,
    reason = "a handler may wait, and here has no reason to"
)]
async fn paid(payment: &Payment) {
    std::hint::black_box(payment.order.order_id());
}
