//! The control API under `/_sandbox/`: what the library can do, over HTTP.

mod answer;
mod clock;
mod deliveries;
mod faults;
mod orders;
mod overview;
mod relay;
mod reset;
mod urls;

use std::sync::Arc;

use axum::Router;

use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .merge(overview::routes())
        .merge(orders::routes())
        .merge(deliveries::routes())
        .merge(urls::routes())
        .merge(faults::routes())
        .merge(clock::routes())
        .merge(reset::routes())
        .merge(relay::routes())
}
