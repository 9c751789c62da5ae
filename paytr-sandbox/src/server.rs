use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::shared::Shared;
use crate::{assets, card_page, control, dashboard, eft_page, get_token, guard, html, status};

/// No form of PayTR is near this.
const MOST_OF_A_BODY: usize = 1024 * 1024;

/// Serves until the sandbox stops.
pub(crate) fn serve(shared: &Arc<Shared>, listener: TcpListener) {
    let app = router(Arc::clone(shared));
    let stop = shared.stop.clone().cancelled_owned();
    shared.tasks.spawn(async move {
        let server = axum::serve(listener, app).with_graceful_shutdown(stop);
        if let Err(error) = server.await {
            tracing::error!(%error, "the sandbox stopped listening");
        }
    });
}

/// Servers call the first half with tokens; browsers use the second half, which is closed to other
/// sites.
fn router(shared: Arc<Shared>) -> Router {
    let endpoints = Router::new()
        .route("/odeme/api/get-token", post(get_token::get_token))
        .route("/odeme/durum-sorgu", post(status::status));
    let pages = Router::new()
        .merge(card_page::routes())
        .merge(eft_page::routes())
        .merge(control::routes())
        .merge(assets::routes())
        .route("/", get(dashboard::dashboard))
        .layer(from_fn(guard::refuse_other_sites));
    endpoints
        .merge(pages)
        .fallback(html::nothing_here)
        .layer(DefaultBodyLimit::max(MOST_OF_A_BODY))
        .layer(map_response(html::security_headers))
        .layer(from_fn_with_state(
            Arc::clone(&shared),
            guard::refuse_foreign_names,
        ))
        .with_state(shared)
}
