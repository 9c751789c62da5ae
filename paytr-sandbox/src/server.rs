use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use tokio::net::TcpListener;

use crate::faults::answer_slowly;
use crate::shared::Shared;
use crate::{
    assets, behaviour, card_page, control, dashboard, eft_page, endpoints, guard, html, link_page,
};

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
    let pages = Router::new()
        .merge(card_page::routes())
        .merge(eft_page::routes())
        .merge(link_page::routes())
        .merge(control::routes())
        .merge(assets::routes())
        .merge(behaviour::routes())
        .merge(dashboard::routes())
        .layer(from_fn(guard::refuse_other_sites));
    let slowly = from_fn_with_state(Arc::clone(&shared), answer_slowly);
    endpoints::routes()
        .layer(slowly)
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
