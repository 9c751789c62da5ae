use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::answer::{self, Refusal};
use crate::shared::Shared;
use crate::turkish_time;

/// What the clock shows.
#[derive(Serialize)]
pub(super) struct ClockFace {
    now: String,
    frozen: bool,
}

pub(super) fn face(shared: &Shared) -> ClockFace {
    ClockFace {
        now: turkish_time::rfc3339(shared.clock.now()),
        frozen: shared.clock.is_frozen(),
    }
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/clock", get(show))
        .route("/_sandbox/clock/advance", post(advance))
        .route("/_sandbox/clock/freeze", post(freeze))
        .route("/_sandbox/clock/resume", post(resume))
}

async fn show(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    Json(face(&shared))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

async fn advance(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<Json<ClockFace>, Refusal> {
    let by: Advance = answer::read(&body)?;
    shared.clock.advance(Duration::from_secs(by.seconds));
    Ok(Json(face(&shared)))
}

async fn freeze(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    shared.clock.freeze();
    Json(face(&shared))
}

async fn resume(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    shared.clock.resume();
    Json(face(&shared))
}
