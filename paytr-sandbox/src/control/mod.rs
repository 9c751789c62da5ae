//! The control API under `/_sandbox/`: what the library can do, over HTTP.

mod answer;
mod links;
mod orders;
mod relay;
mod requests;
mod sandbox;
mod store;

use std::sync::Arc;

use axum::Router;

use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .merge(sandbox::routes())
        .merge(store::routes())
        .merge(orders::routes())
        .merge(links::routes())
        .merge(requests::routes())
        .merge(relay::routes())
}
