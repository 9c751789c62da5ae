use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use serde::Deserialize;

use super::answer::{self, Refusal};
use crate::FaultPlan;
use crate::shared::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/faults", get(show).put(set).delete(clear))
        .route("/_sandbox/faults/chaos", put(chaos))
}

async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let json = [(CONTENT_TYPE, "application/json")];
    (json, shared.faults.plan().to_json()).into_response()
}

async fn set(State(shared): State<Arc<Shared>>, body: String) -> Result<Response, Refusal> {
    let plan = FaultPlan::from_json(&body).map_err(|error| {
        let cause = std::error::Error::source(&error);
        let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
        Refusal::unprocessable(format!("{error}{cause}"))
    })?;
    Ok(put_into_force(shared, plan).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chaos {
    seed: u64,
}

async fn chaos(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Response, Refusal> {
    let chaos: Chaos = answer::read(&body)?;
    Ok(put_into_force(shared, FaultPlan::chaos(chaos.seed)).await)
}

async fn clear(State(shared): State<Arc<Shared>>) -> Response {
    put_into_force(shared, FaultPlan::none()).await
}

async fn put_into_force(shared: Arc<Shared>, plan: FaultPlan) -> Response {
    shared.faults.set_plan(plan);
    show(State(shared)).await
}
