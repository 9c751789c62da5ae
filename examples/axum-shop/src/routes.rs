//! The routes of the shop, and the purchase flow mounted beside them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use paytr_axum::{back_office, purchase_flow};
use shop::{Answer, Shop};

pub(crate) fn app(shop: &Arc<Shop>) -> Router {
    let office = shop.back_office().cloned();
    Router::new()
        .route(
            "/",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.catalogue_page()) }),
        )
        .route("/cart", get(cart))
        .route(
            "/products",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.products()) }),
        )
        .route(
            "/receipts",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.receipts().await) }),
        )
        .route(
            "/ready",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.ready().await) }),
        )
        .route(
            "/shop.css",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.style()) }),
        )
        .route(
            "/shop.js",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.script()) }),
        )
        .route(
            "/favicon.ico",
            get(|shop: State<Arc<Shop>>| async move { respond(shop.icon()) }),
        )
        .method_not_allowed_fallback(async || respond(Answer::method_not_allowed()))
        .with_state(Arc::clone(shop))
        .merge(purchase_flow(shop.flow().clone()))
        .merge(office.map_or_else(Router::new, back_office))
}

async fn cart(shop: State<Arc<Shop>>, RawQuery(query): RawQuery) -> Response {
    respond(shop.cart_page(&query.unwrap_or_default()))
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(answer.body))
        .unwrap_or_else(|error| {
            tracing::error!(%error, "an answer could not be made");
            let mut response = Response::new(Body::empty());
            *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
}
