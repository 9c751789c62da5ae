//! The sandbox as a whole: what runs here, its clock, the addresses of notifications, its faults, and
//! its reset.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::{self, Refusal};
use super::store::{self, Store};
use crate::courier::notify_url;
use crate::shared::Shared;
use crate::state::State as Known;
use crate::{FaultPlan, turkish_time};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox", get(overview))
        .route("/_sandbox/urls", get(urls).put(set_urls))
        .route("/_sandbox/clock", get(clock))
        .route("/_sandbox/clock/advance", post(advance))
        .route("/_sandbox/clock/freeze", post(freeze))
        .route("/_sandbox/clock/resume", post(resume))
        .route(
            "/_sandbox/faults",
            get(faults).put(set_faults).delete(clear_faults),
        )
        .route("/_sandbox/faults/chaos", put(chaos))
        .route("/_sandbox/reset", post(reset))
}

/// What runs here.
#[derive(Serialize)]
struct Overview {
    /// So that nobody takes it for PayTR.
    sandbox: &'static str,
    version: &'static str,
    merchant_id: String,
    store: Store,
    urls: Urls,
    clock: ClockFace,
    faults: usize,
    seed: Option<u64>,
    orders: usize,
}

async fn overview(State(shared): State<Arc<Shared>>) -> Json<Overview> {
    let plan = shared.faults.plan();
    let clock = clock_face(&shared);
    Json(shared.read(|state| Overview {
        sandbox: "not PayTR",
        version: env!("CARGO_PKG_VERSION"),
        merchant_id: state.credentials.merchant_id().to_string(),
        store: store::store_of(state),
        urls: urls_of(state),
        clock,
        faults: plan.faults().len(),
        seed: plan.seed(),
        orders: state.orders().count(),
    }))
}

/// Where notifications go.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Urls {
    payment: Option<String>,
    eft: Option<String>,
    platform: Option<String>,
    link: Option<String>,
}

fn urls_of(state: &Known) -> Urls {
    let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
    Urls {
        payment: text(&state.notify_url),
        eft: text(&state.interim_url),
        platform: text(&state.platform_url),
        link: text(&state.link_url),
    }
}

async fn urls(State(shared): State<Arc<Shared>>) -> Json<Urls> {
    Json(shared.read(urls_of))
}

async fn set_urls(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Urls>, Refusal> {
    let [payment, eft, platform, link] = read_urls(&body)?;
    shared.set_urls(payment, eft, platform, link);
    Ok(urls(State(shared)).await)
}

fn read_urls(body: &[u8]) -> Result<[Option<Url>; 4], Refusal> {
    let urls: Urls = answer::read(body)?;
    let read = |text: Option<String>| {
        let url = text.as_deref().map(notify_url).transpose();
        url.map_err(|error| Refusal::unprocessable(error.to_string()))
    };
    Ok([
        read(urls.payment)?,
        read(urls.eft)?,
        read(urls.platform)?,
        read(urls.link)?,
    ])
}

/// What the clock shows.
#[derive(Serialize)]
struct ClockFace {
    now: String,
    frozen: bool,
}

fn clock_face(shared: &Shared) -> ClockFace {
    ClockFace {
        now: turkish_time::rfc3339(shared.clock.now()),
        frozen: shared.clock.is_frozen(),
    }
}

async fn clock(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    Json(clock_face(&shared))
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
    Ok(Json(clock_face(&shared)))
}

async fn freeze(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    shared.clock.freeze();
    Json(clock_face(&shared))
}

async fn resume(State(shared): State<Arc<Shared>>) -> Json<ClockFace> {
    shared.clock.resume();
    Json(clock_face(&shared))
}

async fn faults(State(shared): State<Arc<Shared>>) -> Response {
    let json = [(CONTENT_TYPE, "application/json")];
    (json, shared.faults.plan().to_json()).into_response()
}

async fn set_faults(State(shared): State<Arc<Shared>>, body: String) -> Result<Response, Refusal> {
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

async fn clear_faults(State(shared): State<Arc<Shared>>) -> Response {
    put_into_force(shared, FaultPlan::none()).await
}

async fn put_into_force(shared: Arc<Shared>, plan: FaultPlan) -> Response {
    shared.faults.set_plan(plan);
    faults(State(shared)).await
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
