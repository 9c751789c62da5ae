//! The API of the app: `/orders`, `/links` and `/reviews`.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use paytr_flow::MAX_BODY;
use serde::de::DeserializeOwned;

use crate::merchant::Merchant;
use crate::orders::{self, ApiProblem, OrderView, Reviews};

/// The merchants; the token of a request says which one it is about.
type Merchants = Arc<[Arc<Merchant>]>;

pub(super) fn routes(merchants: &[Arc<Merchant>]) -> Router {
    let merchants: Merchants = merchants.into();
    Router::new()
        .route("/orders", post(open))
        .route("/orders/{oid}", get(read))
        .route("/orders/{oid}/refund", post(refund))
        .route("/links", post(link))
        .route("/reviews", get(reviews))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(merchants)
}

async fn open(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let key = idempotency_key(&headers)?;
    let order = json(&headers, body)?;
    let opened = orders::open(merchant, order, key).await?;
    Ok(Json(opened).into_response())
}

async fn link(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let new = json(&headers, body)?;
    let made = orders::create_link(merchant, new).await?;
    Ok(Json(made).into_response())
}

async fn reviews(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
) -> Result<Json<Reviews>, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    orders::reviews(merchant).await.map(Json)
}

async fn read(
    State(merchants): State<Merchants>,
    Path(oid): Path<String>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    orders::read(merchant, &oid).await.map(Json)
}

async fn refund(
    State(merchants): State<Merchants>,
    Path(oid): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let key = idempotency_key(&headers)?;
    let rule = "a refund needs one: money must not be given back twice";
    let key = key.ok_or_else(|| ApiProblem::field("Idempotency-Key", rule))?;
    let new = json(&headers, body)?;
    let (status, view) = orders::refund(merchant, &oid, &new, key).await?;
    Ok((status, Json(view)).into_response())
}

/// The merchant whose token the request has. All tokens are compared, whichever it is.
fn whose<'a>(merchants: &'a Merchants, headers: &HeaderMap) -> Result<&'a Merchant, ApiProblem> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (Some(sent), None) = (sent.next(), sent.next()) else {
        return Err(ApiProblem::unauthorized());
    };
    let mut whose = None;
    for merchant in &**merchants {
        if merchant.settings.api_tokens.admit(sent.as_bytes()) {
            whose = Some(&**merchant);
        }
    }
    whose.ok_or_else(ApiProblem::unauthorized)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, ApiProblem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let key = key.to_str().ok();
    let key = key.filter(|key| (1..=128).contains(&key.len()) && keys.next().is_none());
    let rule = "once, 1 to 128 printable ASCII characters";
    key.map(Some)
        .ok_or_else(|| ApiProblem::field("Idempotency-Key", rule))
}

/// Reads the body. Errors name the field, not what stands in it: it may be a buyer's.
fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<T, ApiProblem> {
    let media_type = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let media_type = media_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        let message = "the content type is application/json";
        return Err(ApiProblem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            message,
        ));
    }
    let body = body.map_err(|rejection| {
        ApiProblem::new(
            rejection.status(),
            "body",
            "the body is too large or broke off",
        )
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let message = format!("the body is not as documented: {error}");
        ApiProblem::new(StatusCode::BAD_REQUEST, "bad_json", message)
    })
}

async fn method_not_allowed() -> ApiProblem {
    ApiProblem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "see /openapi.json",
    )
}
