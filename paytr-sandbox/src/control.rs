//! The control API under `/_sandbox/`: what the library can do, over HTTP.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::shared::Shared;
use crate::state::{CardChoice, State as Known};
use crate::{ActionError, EftOutcome, OrderSnapshot, TestCard};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/orders", get(orders))
        .route("/_sandbox/orders/{merchant_oid}", get(order))
        .route("/_sandbox/orders/{merchant_oid}/pay", post(pay))
        .route("/_sandbox/orders/{merchant_oid}/transfer", post(transfer))
        .route("/_sandbox/orders/{merchant_oid}/leave", post(leave))
        .route("/_sandbox/orders/{merchant_oid}/resend", post(resend))
        .route(
            "/_sandbox/orders/{merchant_oid}/resend-and-back",
            post(resend_and_back),
        )
}

async fn orders(State(shared): State<Arc<Shared>>) -> Json<Vec<OrderSnapshot>> {
    Json(shared.read(|state| {
        let known = state.orders();
        known
            .filter_map(|(id, _)| OrderSnapshot::of(state, id))
            .collect()
    }))
}

async fn order(State(shared): State<Arc<Shared>>, Path(merchant_oid): Path<String>) -> Response {
    answer(&shared, &merchant_oid, Ok(()))
}

#[derive(Deserialize)]
struct Pay {
    card: String,
    #[serde(default = "single")]
    installments: u8,
}

fn single() -> u8 {
    1
}

async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(merchant_oid): Path<String>,
    Json(pay): Json<Pay>,
) -> Response {
    let known = TestCard::from_name(&pay.card).or_else(|| TestCard::from_number(&pay.card));
    let Some(card) = known else {
        let names: Vec<_> = TestCard::ALL.map(TestCard::name).into();
        return unknown_name("card", &names);
    };
    let installments = pay.installments;
    let done = shared.pay(&merchant_oid, CardChoice { card, installments });
    answer(&shared, &merchant_oid, done)
}

#[derive(Deserialize)]
struct Transfer {
    outcome: String,
}

async fn transfer(
    State(shared): State<Arc<Shared>>,
    Path(merchant_oid): Path<String>,
    Json(transfer): Json<Transfer>,
) -> Response {
    let Some(outcome) = EftOutcome::from_name(&transfer.outcome) else {
        let names: Vec<_> = EftOutcome::ALL.map(EftOutcome::name).into();
        return unknown_name("outcome", &names);
    };
    let done = shared.act_on_order(&merchant_oid, |state, token, now| {
        state.decide_transfer(token, outcome, now)
    });
    answer(&shared, &merchant_oid, done)
}

async fn leave(State(shared): State<Arc<Shared>>, Path(merchant_oid): Path<String>) -> Response {
    let done = shared.act_on_order(&merchant_oid, Known::leave);
    answer(&shared, &merchant_oid, done)
}

async fn resend(State(shared): State<Arc<Shared>>, Path(merchant_oid): Path<String>) -> Response {
    let done = shared.resend(&merchant_oid);
    answer(&shared, &merchant_oid, done)
}

/// The button of the dashboard.
async fn resend_and_back(
    State(shared): State<Arc<Shared>>,
    Path(merchant_oid): Path<String>,
) -> Response {
    match shared.resend(&merchant_oid) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => refusal(error),
    }
}

/// The order as it is now, or why nothing was done.
fn answer(shared: &Shared, merchant_oid: &str, done: Result<(), ActionError>) -> Response {
    let order = shared.read(|state| OrderSnapshot::of(state, merchant_oid));
    match done.and(order.ok_or(ActionError::UnknownOrder)) {
        Ok(order) => Json(order).into_response(),
        Err(error) => refusal(error),
    }
}

fn refusal(error: ActionError) -> Response {
    let status = match error {
        ActionError::UnknownOrder => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    (status, Json(json!({ "error": error.to_string() }))).into_response()
}

fn unknown_name(field: &str, names: &[&str]) -> Response {
    let error = format!("{field} is one of {}", names.join(", "));
    let body = Json(json!({ "error": error }));
    (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
}
