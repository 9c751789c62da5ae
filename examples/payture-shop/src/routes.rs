//! The routes of the shop.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use payture::settlement::BrowserReturn;
use payture::{Notified, OrderId, OrderRecord, OrderState, Reply};
use serde_json::json;

use crate::cart::{Cart, IsJson};
use crate::pages;
use crate::pay::{NoPage, open_page};
use crate::shop::{NOTIFY_PATH, RETURN_PATH, Shop};

/// More than a notification or a cart has, in bytes.
const MOST_OF_A_BODY: usize = 16 * 1024;

pub(crate) fn app(shop: &Arc<Shop>) -> Router {
    Router::new()
        .route(
            "/",
            get(|shop: State<Arc<Shop>>| async move { pages::catalogue(shop.is_fake()) }),
        )
        .route(
            "/products",
            get(|| async { Json(shop::Catalogue.products()) }),
        )
        .route("/pay", post(pay))
        .route(NOTIFY_PATH, post(notify))
        .route(RETURN_PATH, get(land).post(land_posted))
        .route("/orders/{order_id}", get(order))
        .route("/receipts", get(receipts))
        .route("/shop.css", get(|| async { pages::style() }))
        .route("/favicon.ico", get(|| async { pages::icon() }))
        .layer(DefaultBodyLimit::max(MOST_OF_A_BODY))
        .with_state(Arc::clone(shop))
}

/// A cart becomes an order and a page. A browser is sent there; a program gets JSON.
async fn pay(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers
        .get(CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let is_json = if kind.starts_with(b"application/json") {
        IsJson::Yes
    } else {
        IsJson::No
    };
    let cart = match Cart::read(is_json, &body) {
        Ok(cart) => cart,
        Err(reason) => return refusal(StatusCode::UNPROCESSABLE_ENTITY, reason),
    };
    match open_page(&shop, &cart).await {
        Ok(ready) if is_json == IsJson::Yes => Json(ready).into_response(),
        Ok(ready) => Redirect::to(&ready.page_url).into_response(),
        Err(NoPage::KeyReused) => refusal(
            StatusCode::CONFLICT,
            "this idempotency key stands for another cart",
        ),
        Err(NoPage::AlreadyThere(order)) => refusal(
            StatusCode::CONFLICT,
            &format!("order {order} is being opened"),
        ),
        Err(NoPage::Unavailable(error)) => {
            tracing::error!(%error, "no payment page");
            refusal(
                StatusCode::BAD_GATEWAY,
                "the payment page cannot be opened now",
            )
        }
    }
}

fn refusal(status: StatusCode, reason: &str) -> Response {
    (
        status,
        Json(json!({ "status": "failed", "reason": reason })),
    )
        .into_response()
}

/// Payture's notification: only a reason to ask Payture.
async fn notify(State(shop): State<Arc<Shop>>, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    respond(&Notified::receive(shop.reconciler(), &body).await.reply())
}

fn respond(reply: &Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, reply.body).into_response();
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// The browser is back. That is no proof, and a good moment to ask.
async fn land(State(shop): State<Arc<Shop>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let Ok(hint) = BrowserReturn::parse(&query, "orderid") else {
        return (StatusCode::NOT_FOUND, "no such order").into_response();
    };
    let record = match find(&shop, &hint.order).await {
        Ok(record) => record,
        Err(response) => return response,
    };
    if !matches!(record.state, OrderState::Paid { .. } | OrderState::Review) {
        let (reconciler, order) = (shop.reconciler().clone(), record.order.clone());
        // The buyer sees that the shop waits; the page comes again. What came of it is in the log.
        tokio::spawn(async move {
            let _ = reconciler.ask_about(&order).await;
        });
    }
    pages::landing(hint.order.as_str(), &record.state, shop.is_fake())
}

/// The same place, reached by `POST`: a redirect to the page itself. A bank's page may come back that way.
/// No field is read.
async fn land_posted(RawQuery(query): RawQuery) -> Redirect {
    let hint = BrowserReturn::parse(&query.unwrap_or_default(), "orderid");
    Redirect::to(&return_link(hint.ok().map(|hint| hint.order).as_ref()))
}

/// The page of an order; without one, the page that says that there is none.
fn return_link(order: Option<&OrderId>) -> String {
    let Some(order) = order else {
        return RETURN_PATH.to_owned();
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("orderid", order.as_str());
    format!("{RETURN_PATH}?{}", query.finish())
}

async fn order(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Response {
    let Ok(id) = OrderId::new(id) else {
        return (StatusCode::NOT_FOUND, "no such order").into_response();
    };
    match find(&shop, &id).await {
        Ok(record) => {
            Json(json!({ "order_id": id.as_str(), "state": record.state.as_str() })).into_response()
        }
        Err(response) => response,
    }
}

async fn find(shop: &Shop, id: &OrderId) -> Result<OrderRecord, Response> {
    let key = shop.client().terminal().order_key(id);
    match shop.reconciler().ledger().get(&key).await {
        Ok(Some(record)) => Ok(record),
        Ok(None) => Err((StatusCode::NOT_FOUND, "no such order").into_response()),
        Err(error) => Err(pages::failure(&error)),
    }
}

async fn receipts(State(shop): State<Arc<Shop>>) -> Response {
    match shop.receipts().list().await {
        Ok(receipts) => Json(receipts).into_response(),
        Err(error) => pages::failure(&error),
    }
}
