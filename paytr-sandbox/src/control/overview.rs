use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::clock::{ClockFace, face};
use super::urls::{Urls, urls_of};
use crate::shared::Shared;

/// What runs here.
#[derive(Serialize)]
struct Overview {
    /// So that nobody takes it for PayTR.
    sandbox: &'static str,
    version: &'static str,
    merchant_id: String,
    urls: Urls,
    clock: ClockFace,
    faults: usize,
    seed: Option<u64>,
    orders: usize,
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/_sandbox", get(overview))
}

async fn overview(State(shared): State<Arc<Shared>>) -> Json<Overview> {
    let plan = shared.faults.plan();
    let clock = face(&shared);
    Json(shared.read(|state| Overview {
        sandbox: "not PayTR",
        version: env!("CARGO_PKG_VERSION"),
        merchant_id: state.credentials.merchant_id().to_string(),
        urls: urls_of(state),
        clock,
        faults: plan.faults().len(),
        seed: plan.seed(),
        orders: state.orders().count(),
    }))
}
