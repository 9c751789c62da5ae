//! Requests that were refused, or taken with a warning.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::answer::Refusal;
use crate::shared::Shared;
use crate::state::KeptRequest;
use crate::turkish_time;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/requests/{id}", get(request))
}

#[derive(Serialize)]
struct Kept {
    id: u64,
    at: String,
    path: String,
    refused: Option<String>,
    warnings: Vec<String>,
    body: String,
    signed: Option<Signed>,
}

#[derive(Serialize)]
struct Signed {
    formula: String,
    text: String,
    token_is_right: bool,
}

impl Kept {
    fn of(kept: &KeptRequest) -> Self {
        Self {
            id: kept.id,
            at: turkish_time::rfc3339(kept.at),
            path: kept.path.clone(),
            refused: kept.refused.clone(),
            warnings: kept.warnings.clone(),
            body: kept.body.clone(),
            signed: kept.signed.as_ref().map(|signed| Signed {
                formula: signed.formula.clone(),
                text: signed.text.clone(),
                token_is_right: signed.is_right,
            }),
        }
    }
}

/// The newest hundred, oldest first.
async fn requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Kept>> {
    Json(shared.read(|state| state.requests().map(Kept::of).collect()))
}

async fn request(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<Json<Kept>, Refusal> {
    let kept = shared.read(|state| {
        let mut known = state.requests();
        known.find(|kept| kept.id == id).map(Kept::of)
    });
    let unknown = "no request with this id is kept";
    kept.map(Json)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, unknown))
}
