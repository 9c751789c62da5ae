//! Payment links, and what a buyer of one does.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::answer::{self, Refusal};
use super::orders::{single, test_card};
use crate::OrderSnapshot;
use crate::link_page::Unopened;
use crate::shared::Shared;
use crate::state::{CardChoice, Link, LinkChoice, LinkClosed, LinkRefused, State as Known};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/links", get(links))
        .route("/_sandbox/links/{id}/pay", post(pay))
}

#[derive(Serialize)]
struct LinkSnapshot {
    id: String,
    name: String,
    kind: &'static str,
    price: u64,
    currency: &'static str,
    state: &'static str,
    sold: u64,
    orders: Vec<String>,
}

impl LinkSnapshot {
    fn of(state: &Known, link: &Link, now: std::time::SystemTime) -> Self {
        Self {
            id: link.id.clone(),
            name: link.name.clone(),
            kind: link.kind.name(),
            price: link.price,
            currency: link.currency,
            state: LinkClosed::name_of(state.open_link(&link.id, now).err()),
            sold: state.sold(link),
            orders: link.orders.clone(),
        }
    }
}

/// Every link, oldest first.
async fn links(State(shared): State<Arc<Shared>>) -> Json<Vec<LinkSnapshot>> {
    let now = shared.clock.now();
    Json(shared.read(|state| {
        let known = state.links().iter();
        known
            .map(|link| LinkSnapshot::of(state, link, now))
            .collect()
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    card: String,
    #[serde(default = "single")]
    installments: u8,
    /// Pieces of a product.
    #[serde(default = "one")]
    count: u64,
    /// Minor units, for a flexible link.
    amount: Option<u64>,
}

fn one() -> u64 {
    1
}

/// Opens the page of a link and pays on it; the answer is the order that PayTR made for it.
async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<OrderSnapshot>, Refusal> {
    let pay: Pay = answer::read(&body)?;
    let card = test_card(&pay.card)?;
    let choice = LinkChoice {
        count: pay.count,
        amount: pay.amount,
    };
    let opened = shared.open_link(&id, choice).map_err(refusal)?;
    let choice = CardChoice {
        card,
        installments: pay.installments,
    };
    let done = shared.pay(&opened.merchant_oid, choice);
    answer::order(&shared, &opened.merchant_oid, done)
}

fn refusal(unopened: Unopened) -> Refusal {
    let (status, text) = match unopened {
        Unopened::NoRandomness => (StatusCode::SERVICE_UNAVAILABLE, "there are no random bytes"),
        Unopened::Refused(LinkRefused::Count) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "the link cannot be paid for so many pieces",
        ),
        Unopened::Refused(LinkRefused::Amount) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "amount is in minor units, between the prices of a flexible link",
        ),
        Unopened::Refused(LinkRefused::Closed(LinkClosed::Unknown)) => {
            (StatusCode::NOT_FOUND, "the sandbox knows no such link")
        }
        Unopened::Refused(LinkRefused::Closed(closed)) => {
            return Refusal::new(
                StatusCode::CONFLICT,
                format!("the link is {}", LinkClosed::name_of(Some(closed))),
            );
        }
    };
    Refusal::new(status, text)
}
