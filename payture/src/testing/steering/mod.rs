//! The control API under `/_fake`: what a test does to the fake, over HTTP, in any language.

mod answer;
mod guard;
mod orders;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use self::answer::{Answer, Refusal, read};
use super::builder::notify_url;
use super::server::Shared;
use super::{DeliveryAttempt, Fault};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_fake", get(overview))
        .route("/_fake/requests", get(requests))
        .route("/_fake/deliveries", get(deliveries))
        .route("/_fake/faults", post(fault).delete(no_faults))
        .route("/_fake/notify-url", put(set_notify_url))
        .route("/_fake/reset", post(reset))
        .merge(orders::routes())
        .layer(from_fn(guard::refuse_other_sites))
}

type Fake = State<Arc<Shared>>;

async fn overview(State(shared): Fake) -> Json<Value> {
    let notify_url = shared.notify_url.borrow().as_ref().map(ToString::to_string);
    let book = shared.book();
    Json(json!({
        "fake": "not Payture: no money moves", "orders": book.orders.len(),
        "requests": book.requests.len(), "deliveries": book.deliveries.len(),
        "faults": book.faults.len(), "notify_url": notify_url,
    }))
}

async fn requests(State(shared): Fake) -> Json<Value> {
    let book = shared.book();
    let seen = book.requests.iter().map(|seen| {
        json!({
            "command": seen.command, "fields": seen.fields, "inner_fields": seen.inner,
            "success": seen.success, "err_code": seen.code,
        })
    });
    Json(seen.collect())
}

async fn deliveries(State(shared): Fake) -> Json<Value> {
    Json(shared.book().deliveries.iter().map(delivery).collect())
}

fn delivery(delivery: &DeliveryAttempt) -> Value {
    json!({
        "order_id": delivery.order_id, "event": delivery.event.as_str(),
        "attempt": delivery.attempt, "status": delivery.status,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextFault {
    command: String,
    fault: String,
    answer: Option<String>,
}

/// `POST /_fake/faults`
async fn fault(State(shared): Fake, body: Bytes) -> Answer {
    let next: NextFault = read(&body)?;
    let fault = match (&*next.fault, next.answer) {
        ("lost_before", None) => Fault::LostBefore,
        ("lost_after", None) => Fault::LostAfter,
        ("server_error", None) => Fault::ServerError,
        ("answer", Some(answer)) => Fault::Answer(answer),
        _ => {
            let error = "a fault is lost_before, lost_after, server_error, or answer with the text of \
                         the answer";
            return Err(Refusal::unprocessable(error));
        }
    };
    let mut book = shared.book();
    book.faults.push_back((next.command, fault));
    Ok(Json(json!({ "faults": book.faults.len() })))
}

/// `DELETE /_fake/faults`
async fn no_faults(State(shared): Fake) -> Json<Value> {
    shared.book().faults.clear();
    Json(json!({ "faults": 0 }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyUrl {
    url: String,
}

/// `PUT /_fake/notify-url`
async fn set_notify_url(State(shared): Fake, body: Bytes) -> Answer {
    let NotifyUrl { url } = read(&body)?;
    let url = notify_url(&url).map_err(|error| Refusal::unprocessable(error.to_string()))?;
    let answer = json!({ "url": url.as_str() });
    shared.notify_url.send_replace(Some(url));
    Ok(Json(answer))
}

/// `POST /_fake/reset`
async fn reset(State(shared): Fake) -> Json<Value> {
    shared.book().reset();
    Json(json!({ "orders": 0 }))
}
