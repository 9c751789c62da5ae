//! The stylesheet and the scripts. All are the sandbox's own.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::shared::Shared;

const SCRIPT: &str = "text/javascript; charset=utf-8";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/js/iframeResizer.min.js", get(iframe_resizer))
        .route("/_sandbox/style.css", get(style))
        .route("/_sandbox/page.js", get(page))
        .route("/_sandbox/dashboard.js", get(dashboard))
        .route("/_sandbox/dashboard.css", get(dashboard_style))
}

/// `iFrameResize(options, selector)` for the shop's page; an own script with the same entry point.
async fn iframe_resizer() -> impl IntoResponse {
    let script = include_str!("../assets/iframe_resizer.js");
    ([(CONTENT_TYPE, SCRIPT)], script)
}

async fn style() -> impl IntoResponse {
    let style = include_str!("../assets/style.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

async fn dashboard_style() -> impl IntoResponse {
    let style = include_str!("../assets/dashboard.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

async fn page() -> impl IntoResponse {
    ([(CONTENT_TYPE, SCRIPT)], include_str!("../assets/page.js"))
}

async fn dashboard() -> impl IntoResponse {
    let script = include_str!("../assets/dashboard.js");
    ([(CONTENT_TYPE, SCRIPT)], script)
}
