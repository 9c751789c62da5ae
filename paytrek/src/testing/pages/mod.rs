//! What a buyer sees of the fake: the hosted payment page and the bank's page.

mod bank;
mod hosted;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::fake::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(hosted::show).post(hosted::pay))
        .route("/leave/{token}", get(hosted::leave))
        .route("/3d/{token}", get(bank::show).post(bank::confirm))
        .route("/fake.css", get(view::style))
}
