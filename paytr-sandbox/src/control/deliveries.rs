use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::delivery::DeliveryAttempt;
use crate::shared::Shared;
use crate::state::Outbox;

/// An attempt, and what it was about.
#[derive(Serialize)]
struct Delivery {
    /// An order id, or `transfer:` or `cashout:` and an id.
    subject: String,
    #[serde(flatten)]
    attempt: DeliveryAttempt,
}

#[derive(Deserialize)]
struct Wanted {
    subject: Option<String>,
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/_sandbox/deliveries", get(deliveries))
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
            .flat_map(|(subject, outbox)| of(subject, outbox))
            .collect()
    });
    deliveries.sort_by_key(|delivery| delivery.attempt.at);
    Json(deliveries)
}

fn of(subject: &str, outbox: &Outbox) -> impl Iterator<Item = Delivery> {
    let notices = outbox.notices().iter();
    let attempts = notices.flat_map(|notice| notice.attempts.iter().cloned());
    attempts.map(move |attempt| Delivery {
        subject: subject.to_owned(),
        attempt,
    })
}
