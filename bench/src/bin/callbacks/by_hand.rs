//! What a shop would write by itself to keep the main promises: one kind of notification, one store, one handler.
//!
//! It verifies, compares the amount, claims, runs the handler under a time limit in a task that outlives the
//! connection, and settles before it says `OK`. What it refuses is in no review queue, a handler that panics blocks its
//! order until the lease runs out, and no settlement is tried again.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};
use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
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

/// A status and a body.
type Answer = (StatusCode, &'static str);

const MAX_BODY: usize = 16 * 1024;

fn shop() -> Result<Shop> {
    Ok(Shop {
        keyring: Keyring::new(credentials()?),
        store: Arc::new(MemoryStore::new()),
        prices: Arc::new(OnePrice),
    })
}

/// axum, with a handler of its own at `path`.
pub(crate) fn axum(path: &str) -> Result<Router> {
    let route = post(on_axum).layer(DefaultBodyLimit::max(MAX_BODY));
    Ok(Router::new()
        .route(path, route)
        .with_state(Arc::new(shop()?)))
}

async fn on_axum(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Answer {
    let kind = headers.get(CONTENT_TYPE);
    notified(shop, kind.map(HeaderValue::as_bytes), &body).await
}

/// axum, with a handler that keeps fewer promises still: no time limit, and no task that outlives the connection. What
/// is left is what nobody can leave out.
pub(crate) fn least(path: &str) -> Result<Router> {
    let route = post(with_nothing_else).layer(DefaultBodyLimit::max(MAX_BODY));
    Ok(Router::new()
        .route(path, route)
        .with_state(Arc::new(shop()?)))
}

async fn with_nothing_else(State(shop): State<Arc<Shop>>, body: Bytes) -> Answer {
    let Ok(callback) = PaymentCallbackRef::verify(&shop.keyring, &body) else {
        return (StatusCode::BAD_REQUEST, "not from PayTR");
    };
    let payment = callback.payment(shop.keyring.merchant_id());
    let settled = async {
        let expected = shop.prices.expected_amount(&payment.order).await?;
        expected.check(&payment)?;
        let claim = shop
            .store
            .claim(&payment, Claimant::unique(), LEASE)
            .await?;
        let Claim::Granted(lease) = claim else {
            return Ok(Settled::Already);
        };
        paid(&payment).await;
        Ok::<_, BoxError>(shop.store.settle(&lease).await?)
    };
    match settled.await {
        Ok(Settled::Now | Settled::Already) => (StatusCode::OK, "OK"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "ask again"),
    }
}

/// The same on actix-web.
pub(crate) fn actix(
    path: &'static str,
) -> Result<impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static> {
    let shop = web::Data::new(shop()?);
    Ok(move |app: &mut web::ServiceConfig| {
        app.app_data(shop.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .route(path, web::post().to(on_actix));
    })
}

async fn on_actix(
    shop: web::Data<Shop>,
    request: HttpRequest,
    body: web::Bytes,
) -> (&'static str, actix_web::http::StatusCode) {
    let kind = request.headers().get("content-type");
    let kind = kind.map(actix_web::http::header::HeaderValue::as_bytes);
    let (status, body) = notified(shop.into_inner(), kind, &body).await;
    let status = actix_web::http::StatusCode::from_u16(status.as_u16());
    let failed = actix_web::http::StatusCode::INTERNAL_SERVER_ERROR;
    (body, status.unwrap_or(failed))
}

async fn notified(shop: Arc<Shop>, kind: Option<&[u8]>, body: &[u8]) -> Answer {
    if kind.is_none_or(|kind| kind != b"application/x-www-form-urlencoded") {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not a form");
    }
    let Ok(callback) = PaymentCallbackRef::verify(&shop.keyring, body) else {
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

async fn deliver(shop: &Shop, payment: Payment) -> Result<Answer, BoxError> {
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
