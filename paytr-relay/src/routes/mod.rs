//! The addresses of the relay.
//!
//! | address | for |
//! |---|---|
//! | `POST /callback/{merchant}` and below | PayTR |
//! | `/orders` | the app, with its token |
//! | `/{merchant}/paytr/…` | buyers: the payment page and where they land |
//! | `/{merchant}/back-office` | people, with a password |
//! | `/health`, `/ready`, `/openapi.json` | whoever watches |

mod callback;
pub(crate) mod orders;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use paytr_core::health::Readiness;

use crate::merchant::Merchant;

pub(crate) fn router(merchants: &[Arc<Merchant>], readiness: &Readiness) -> Router {
    let mut router = Router::new()
        .route("/health", get(|| async { "alive" }))
        .route("/openapi.json", get(openapi))
        .route("/ready", get(ready).with_state(readiness.clone()))
        .merge(orders::routes(merchants));
    for merchant in merchants {
        let name = &merchant.settings.name;
        router = router
            .merge(callback::routes(&format!("/callback/{name}"), merchant))
            .merge(pages::way_back(merchant))
            .nest(&format!("/{name}"), pages::routes(merchant));
    }
    if let [only] = merchants {
        router = router.merge(callback::routes("/callback", only));
    }
    router
}

/// The description of the app's API.
async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], orders::description())
}

/// Whether this process can take payments, and which part cannot.
async fn ready(
    axum::extract::State(readiness): axum::extract::State<Readiness>,
) -> impl IntoResponse {
    let report = readiness.check().await;
    let status = StatusCode::from_u16(report.status());
    let status = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        report.to_json(),
    )
}
