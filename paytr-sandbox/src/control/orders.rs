//! Orders, and every attempt to deliver a notification.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::answer::{self, Refusal};
use crate::delivery::{DeliveryAttempt, Problem};
use crate::shared::Shared;
use crate::state::{CardChoice, Outbox, State as Known};
use crate::{EftOutcome, OrderSnapshot, TestCard};

type App = State<Arc<Shared>>;
type Answer = Result<Json<OrderSnapshot>, Refusal>;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let order = "/_sandbox/orders/{merchant_oid}";
    Router::new()
        .route("/_sandbox/deliveries", get(deliveries))
        .route("/_sandbox/orders", get(orders))
        .route(order, get(one_order))
        .route(&format!("{order}/pay"), post(pay))
        .route(&format!("{order}/transfer"), post(transfer))
        .route(&format!("{order}/leave"), post(leave))
        .route(&format!("{order}/expire"), post(expire))
        .route(&format!("{order}/refund"), post(refund))
        .route(&format!("{order}/resend"), post(resend))
        .route(&format!("{order}/stop"), post(stop))
        .route(&format!("{order}/restart"), post(restart))
}

async fn orders(State(shared): App) -> Json<Vec<OrderSnapshot>> {
    Json(shared.snapshots())
}

async fn one_order(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    answer::order(&shared, &merchant_oid, Ok(()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    card: String,
    #[serde(default = "single")]
    installments: u8,
}

pub(super) fn single() -> u8 {
    1
}

/// By its name, or by its number.
pub(super) fn test_card(text: &str) -> Result<TestCard, Refusal> {
    let known = TestCard::from_name(text).or_else(|| TestCard::from_number(text));
    known.ok_or_else(|| unknown_name("card", &TestCard::ALL.map(TestCard::name)))
}

async fn pay(State(shared): App, Path(merchant_oid): Path<String>, body: Bytes) -> Answer {
    let pay: Pay = answer::read(&body)?;
    let card = test_card(&pay.card)?;
    let installments = pay.installments;
    let done = shared.pay(&merchant_oid, CardChoice { card, installments });
    answer::order(&shared, &merchant_oid, done)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer {
    outcome: String,
}

async fn transfer(State(shared): App, Path(merchant_oid): Path<String>, body: Bytes) -> Answer {
    let transfer: Transfer = answer::read(&body)?;
    let Some(outcome) = EftOutcome::from_name(&transfer.outcome) else {
        return Err(unknown_name(
            "outcome",
            &EftOutcome::ALL.map(EftOutcome::name),
        ));
    };
    let done = shared.act_on_order(&merchant_oid, |state, token, now| {
        state.decide_transfer(token, outcome, now)
    });
    answer::order(&shared, &merchant_oid, done)
}

async fn leave(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    let done = shared.act_on_order(&merchant_oid, Known::leave);
    answer::order(&shared, &merchant_oid, done)
}

async fn expire(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    let done = shared.act_on_order(&merchant_oid, Known::expire);
    answer::order(&shared, &merchant_oid, done)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    /// Minor units; everything that is left when it is not given.
    amount: Option<u64>,
}

async fn refund(State(shared): App, Path(merchant_oid): Path<String>, body: Bytes) -> Answer {
    let refund: Refund = answer::read(&body)?;
    let done = shared.refund(&merchant_oid, refund.amount);
    answer::order(&shared, &merchant_oid, done)
}

async fn resend(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    let done = shared.resend(&merchant_oid);
    answer::order(&shared, &merchant_oid, done)
}

async fn stop(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    let done = shared.stop_notifications(&merchant_oid);
    answer::order(&shared, &merchant_oid, done)
}

async fn restart(State(shared): App, Path(merchant_oid): Path<String>) -> Answer {
    let done = shared.restart_notifications(&merchant_oid);
    answer::order(&shared, &merchant_oid, done)
}

fn unknown_name(field: &str, names: &[&str]) -> Refusal {
    Refusal::unprocessable(format!("{field} is one of {}", names.join(", ")))
}

/// An attempt, and what it was about.
#[derive(Serialize)]
struct Delivery {
    /// An order id, or `transfer:` or `cashout:` and an id.
    subject: String,
    /// What is wrong and what to do about it.
    advice: Option<&'static str>,
    #[serde(flatten)]
    attempt: DeliveryAttempt,
}

#[derive(Deserialize)]
struct Wanted {
    subject: Option<String>,
}

/// Every attempt, oldest first.
async fn deliveries(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Json<Vec<Delivery>> {
    let mut deliveries: Vec<_> = shared.read(|state| {
        let orders = state.orders().map(|(id, order)| (id, &order.outbox));
        let subjects = orders.chain(state.platform_outboxes());
        let wanted = subjects
            .filter(|(subject, _)| wanted.subject.as_deref().is_none_or(|one| one == *subject));
        wanted
            .flat_map(|(subject, outbox)| deliveries_of(subject, outbox))
            .collect()
    });
    deliveries.sort_by_key(|delivery| delivery.attempt.at);
    Json(deliveries)
}

fn deliveries_of(subject: &str, outbox: &Outbox) -> impl Iterator<Item = Delivery> {
    let notices = outbox.notices().iter();
    let attempts = notices.flat_map(|notice| notice.attempts.iter().cloned());
    attempts.map(move |attempt| Delivery {
        subject: subject.to_owned(),
        advice: attempt.problem.map(Problem::english),
        attempt,
    })
}
