//! The API of the app, with its description for `/openapi.json`: `/orders`, `/links` and `/reviews`.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use paytr_flow::{BODY_DEADLINE, MAX_BODY};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::merchant::Merchant;
use crate::orders::{
    self, ApiProblem, ErrorBody, NewLink, NewOrder, NewRefund, OpenedLink, OpenedOrder, OrderView,
    RefundView, Reviews,
};

/// The merchants; the token of a request says which one it is about.
type Merchants = Arc<[Arc<Merchant>]>;

/// The most bytes that are read of a body that is too long: 2 MiB.
const MOST_READ: usize = 2 << 20;

pub(super) fn routes(merchants: &[Arc<Merchant>]) -> Router {
    let merchants: Merchants = merchants.into();
    Router::new()
        .route("/orders", post(open))
        .route("/orders/{oid}", get(read))
        .route("/orders/{oid}/refund", post(refund))
        .route("/links", post(link))
        .route("/reviews", get(reviews))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(merchants)
}

/// Opens an order and asks PayTR for its payment page.
#[utoipa::path(
    post, path = "/orders", tag = "app", security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 printable ASCII characters: the same key is the same order")),
    request_body = NewOrder,
    responses(
        (status = 200, description = "the order, new or opened before with this key", body = OpenedOrder),
        (status = 400, description = "a field is wrong", body = ErrorBody<'_>),
        (status = 401, description = "no token of a merchant", body = ErrorBody<'_>),
        (status = 409, description = "key_reused: the key stands for another order", body = ErrorBody<'_>),
        (status = 408, description = "too_slow: the body took more than 10 seconds", body = ErrorBody<'_>),
        (status = 413, description = "too_large: the body has more than 64 KiB", body = ErrorBody<'_>),
        (status = 415, description = "the content type is application/json", body = ErrorBody<'_>),
        (status = 422, description = "not_payable: PayTR takes no such order", body = ErrorBody<'_>),
        (status = 429, description = "too many orders of this buyer", body = ErrorBody<'_>),
        (status = 502, description = "PayTR refused or was not reached; the key is free again", body = ErrorBody<'_>),
        (status = 503, description = "the ledger is unavailable; try again", body = ErrorBody<'_>),
    ),
)]
async fn open(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let key = idempotency_key(&headers)?;
    let order: NewOrder = json(&headers, body).await?;
    let opened = orders::open(merchant, order, key).await?;
    Ok(Json(opened).into_response())
}

/// Makes a payment link.
#[utoipa::path(
    post, path = "/links", tag = "app", security(("token" = [])),
    request_body = NewLink,
    responses(
        (status = 200, description = "the link", body = OpenedLink),
        (status = 400, description = "a field is wrong", body = ErrorBody<'_>),
        (status = 401, description = "no token of a merchant", body = ErrorBody<'_>),
        (status = 404, description = "no_links: the merchant has no link_prefix", body = ErrorBody<'_>),
        (status = 408, description = "too_slow: the body took more than 10 seconds", body = ErrorBody<'_>),
        (status = 413, description = "too_large: the body has more than 64 KiB", body = ErrorBody<'_>),
        (status = 415, description = "the content type is application/json", body = ErrorBody<'_>),
        (status = 422, description = "not_payable: PayTR takes no such link", body = ErrorBody<'_>),
        (status = 502, description = "PayTR refused or was not reached", body = ErrorBody<'_>),
        (status = 503, description = "the ledger is unavailable; try again", body = ErrorBody<'_>),
    ),
)]
async fn link(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let new: NewLink = json(&headers, body).await?;
    let made = orders::create_link(merchant, new).await?;
    Ok(Json(made).into_response())
}

/// Verified payments that wait for a person.
#[utoipa::path(
    get, path = "/reviews", tag = "app", security(("token" = [])),
    responses(
        (status = 200, description = "the open entries, newest first", body = Reviews),
        (status = 401, description = "no token of a merchant", body = ErrorBody<'_>),
        (status = 503, description = "the ledger is unavailable; try again", body = ErrorBody<'_>),
    ),
)]
async fn reviews(
    State(merchants): State<Merchants>,
    headers: HeaderMap,
) -> Result<Json<Reviews>, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    orders::reviews(merchant).await.map(Json)
}

/// How an order stands.
#[utoipa::path(
    get, path = "/orders/{oid}", tag = "app", security(("token" = [])),
    params(("oid" = String, Path, description = "The merchant_oid")),
    responses(
        (status = 200, description = "the order", body = OrderView),
        (status = 401, description = "no token of a merchant", body = ErrorBody<'_>),
        (status = 404, description = "the merchant has no such order", body = ErrorBody<'_>),
        (status = 503, description = "the ledger is unavailable; try again", body = ErrorBody<'_>),
    ),
)]
async fn read(
    State(merchants): State<Merchants>,
    Path(oid): Path<String>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    orders::read(merchant, &oid).await.map(Json)
}

/// Gives money back, once for each key.
#[utoipa::path(
    post, path = "/orders/{oid}/refund", tag = "app", security(("token" = [])),
    params(("oid" = String, Path, description = "The merchant_oid"), ("Idempotency-Key" = String, Header, description = "1 to 128 printable ASCII characters: the same key is the same refund")),
    request_body = NewRefund,
    responses(
        (status = 200, description = "executed, or cancelled before", body = RefundView),
        (status = 202, description = "perhaps executed: PayTR is asked until it is known", body = RefundView),
        (status = 400, description = "a field is wrong, or the key is missing", body = ErrorBody<'_>),
        (status = 401, description = "no token of a merchant", body = ErrorBody<'_>),
        (status = 404, description = "the merchant has no such order", body = ErrorBody<'_>),
        (status = 409, description = "exceeds, not_paid or key_reused; nothing was sent", body = ErrorBody<'_>),
        (status = 408, description = "too_slow: the body took more than 10 seconds", body = ErrorBody<'_>),
        (status = 413, description = "too_large: the body has more than 64 KiB", body = ErrorBody<'_>),
        (status = 415, description = "the content type is application/json", body = ErrorBody<'_>),
        (status = 422, description = "not_payable: PayTR takes no such refund", body = ErrorBody<'_>),
        (status = 502, description = "PayTR refused; nothing was refunded", body = ErrorBody<'_>),
        (status = 503, description = "the ledger is unavailable; try again", body = ErrorBody<'_>),
    ),
)]
async fn refund(
    State(merchants): State<Merchants>,
    Path(oid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiProblem> {
    let merchant = whose(&merchants, &headers)?;
    let key = idempotency_key(&headers)?;
    let rule = "a refund needs one: money must not be given back twice";
    let key = key.ok_or_else(|| ApiProblem::field("Idempotency-Key", rule))?;
    let new: NewRefund = json(&headers, body).await?;
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
async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, ApiProblem> {
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
    let body = timeout(BODY_DEADLINE, read_body(body))
        .await
        .unwrap_or_else(|_elapsed| {
            let message = "the body takes at most 10 seconds";
            Err(ApiProblem::new(
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                message,
            ))
        })?;
    serde_json::from_slice(&body).map_err(|error| {
        let message = format!("the body is not as documented: {error}");
        ApiProblem::new(StatusCode::BAD_REQUEST, "bad_json", message)
    })
}

/// The body, of [`MAX_BODY`] bytes at most. Of a longer one, up to [`MOST_READ`] bytes are read and thrown away: a
/// client that still writes when the connection is closed would see that, and not the answer.
async fn read_body(mut body: Body) -> Result<Vec<u8>, ApiProblem> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while length <= MOST_READ
        && let Some(frame) = body.frame().await
    {
        let broken = |_| ApiProblem::new(StatusCode::BAD_REQUEST, "body", "the body broke off");
        let data = frame.map_err(broken)?.into_data().unwrap_or_default();
        length += data.len();
        if length <= MAX_BODY {
            kept.extend_from_slice(&data);
        }
    }
    if length <= MAX_BODY {
        return Ok(kept);
    }
    Err(ApiProblem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "the body has at most 64 KiB",
    ))
}

async fn method_not_allowed() -> ApiProblem {
    ApiProblem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "see /openapi.json",
    )
}

/// The description of the API, made of the handlers and their types.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "paytr-relay",
        description = "Orders, refunds and links of a shop's app. Amounts are minor units: 12990 is 129.90."
    ),
    paths(open, read, refund, link, reviews),
    components(schemas(NewOrder, OpenedOrder, OrderView, NewRefund, RefundView, NewLink, OpenedLink, Reviews)),
    modifiers(&Token)
)]
struct Description;

/// The description as JSON.
pub(crate) fn description() -> String {
    use utoipa::OpenApi as _;
    #[expect(
        clippy::expect_used,
        reason = "texts and numbers always have a JSON form"
    )]
    Description::openapi()
        .to_pretty_json()
        .expect("texts and numbers have a JSON form")
}

/// How an app proves who it is.
struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", token);
    }
}
