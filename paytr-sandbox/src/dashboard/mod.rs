//! `GET /`: what the sandbox knows, and a button for each thing to try.

mod actions;
mod order_actions;
mod order_row;
mod page;
mod request_row;
mod store_rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(page::dashboard))
        .route("/_sandbox/events", get(page::events))
        .route("/_sandbox/dashboard/clock", post(actions::clock))
        .route("/_sandbox/dashboard/faults", post(actions::faults))
        .route("/_sandbox/dashboard/addresses", post(actions::addresses))
        .route("/_sandbox/dashboard/store", post(actions::store))
        .route("/_sandbox/dashboard/reset", post(actions::reset))
        .route("/_sandbox/dashboard/resend", post(actions::resend))
        .route(
            "/_sandbox/dashboard/transfers/{trans_id}/return",
            post(actions::return_transfer),
        )
        .route(
            "/_sandbox/dashboard/orders/{merchant_oid}",
            post(order_actions::act),
        )
}
