//! The control API under `/_sandbox/`: what the library can do, over HTTP.

mod answer;
mod orders;
mod relay;
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
        .merge(relay::routes())
}
