//! The control API under `/_fake`: what a test does to the fake, over HTTP, in any language.

mod answer;
mod guard;
mod sales;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::middleware::from_fn;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::answer::{Answer, Refusal, read};
use super::state::Shared;
use super::{Fault, SeenRequest, UsedOrders};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_fake", get(overview))
        .route("/_fake/requests", get(requests))
        .route("/_fake/warnings", get(warnings))
        .route("/_fake/faults", post(fault).delete(no_faults))
        .route("/_fake/used-orders", put(used_orders))
        .route("/_fake/clock/advance", post(advance))
        .route("/_fake/reset", post(reset))
        .route("/_fake/plans/{plan}/{subscription}/charge", post(charge))
        .merge(sales::routes())
        .layer(from_fn(guard::refuse_other_sites))
}

type Fake = State<Arc<Shared>>;

async fn overview(State(shared): Fake) -> Json<Value> {
    let state = shared.state();
    Json(json!({
        "fake": "not Paytrek: no money moves", "sales": state.sales.len(),
        "requests": state.requests.len(), "warnings": state.warnings.len(),
        "faults": state.faults.len(),
    }))
}

async fn requests(State(shared): Fake) -> Json<Value> {
    let state = shared.state();
    Json(state.requests.iter().map(seen).collect())
}

/// A call without the values of its body, which may be a card.
fn seen(request: &SeenRequest) -> Value {
    let body: Option<Map<String, Value>> = serde_json::from_str(&request.body).ok();
    let fields: Vec<_> = body.iter().flat_map(Map::keys).collect();
    json!({
        "method": request.method, "path": request.path, "resource": request.resource,
        "fields": fields, "status": request.status,
    })
}

async fn warnings(State(shared): Fake) -> Json<Value> {
    let state = shared.state();
    let warnings = state.warnings.iter().map(|warning| {
        json!({
            "call": warning.call, "departure": warning.departure.name(),
            "text": warning.departure.to_string(),
        })
    });
    Json(warnings.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextFault {
    resource: String,
    fault: String,
}

/// `POST /_fake/faults`
async fn fault(State(shared): Fake, body: Bytes) -> Answer {
    let next: NextFault = read(&body)?;
    let known = Fault::ALL.iter().find(|fault| fault.name() == next.fault);
    let Some(fault) = known else {
        let names: Vec<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        let error = format!("a fault is one of {}", names.join(", "));
        return Err(Refusal::unprocessable(error));
    };
    let mut state = shared.state();
    state.faults.push((next.resource, *fault));
    Ok(Json(json!({ "faults": state.faults.len() })))
}

/// `DELETE /_fake/faults`
async fn no_faults(State(shared): Fake) -> Json<Value> {
    shared.state().faults.clear();
    Json(json!({ "faults": 0 }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsedOrdersBody {
    used_orders: String,
}

/// `PUT /_fake/used-orders`
async fn used_orders(State(shared): Fake, body: Bytes) -> Answer {
    let wanted: UsedOrdersBody = read(&body)?;
    shared.state().used_orders = match &*wanted.used_orders {
        "refuse" => UsedOrders::Refuse,
        "charge" => UsedOrders::Charge,
        _ => return Err(Refusal::unprocessable("used_orders is refuse or charge")),
    };
    Ok(Json(json!({ "used_orders": wanted.used_orders })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

/// `POST /_fake/clock/advance`
async fn advance(State(shared): Fake, body: Bytes) -> Answer {
    let Advance { seconds } = read(&body)?;
    shared.state().advance(Duration::from_secs(seconds.into()));
    Ok(Json(json!({ "advanced": seconds })))
}

/// `POST /_fake/reset`
async fn reset(State(shared): Fake) -> Json<Value> {
    shared.state().reset();
    Json(json!({ "sales": 0 }))
}

/// `POST /_fake/plans/{plan}/{subscription}/charge`
async fn charge(State(shared): Fake, Path((plan, subscription)): Path<(String, String)>) -> Answer {
    let mut state = shared.state();
    state.set_subscription(&plan, &subscription, "Paid");
    let plan = state.plans.iter().find(|known| known.token == plan);
    let plan = plan.ok_or_else(|| Refusal::not_found("plan"))?;
    Ok(Json(plan.to_json()))
}
