//! Sales, by their token or by the number of their order.

use std::sync::{Arc, MutexGuard};

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Fake;
use super::answer::{Answer, Refusal, read};
use crate::card::TestCard;
use crate::testing::bank::CardData;
use crate::testing::state::{self, Shared, Tried};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_fake/sales", get(list))
        .route("/_fake/sales/{sale}", get(one))
        .route("/_fake/sales/{sale}/pay", post(pay))
        .route("/_fake/sales/{sale}/status", put(status))
}

#[derive(Deserialize)]
struct OfOrder {
    order: Option<String>,
}

/// `GET /_fake/sales?order=…`
async fn list(State(shared): Fake, Query(of): Query<OfOrder>) -> Json<Value> {
    let state = shared.state();
    let wanted = |sale: &&state::FakeSale| of.order.as_deref().is_none_or(|id| id == sale.order());
    let sales = state.sales.iter().filter(wanted);
    Json(sales.map(|sale| described(sale, &shared.origin)).collect())
}

/// `GET /_fake/sales/{sale}`
async fn one(State(shared): Fake, Path(sale): Path<String>) -> Answer {
    let mut state = shared.state();
    let token = find(&state, &sale)?;
    answer(&mut state, &token, &shared.origin)
}

/// A card, by the name of its bank or by its number, and what its holder types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    #[serde(default = "Payment::isbank")]
    card: String,
    cvc: Option<String>,
    password: Option<String>,
}

impl Payment {
    fn isbank() -> String {
        "isbank".to_owned()
    }

    fn card(&self) -> Result<TestCard, Refusal> {
        let is = |card: &TestCard| name(*card) == self.card || card.number() == self.card;
        TestCard::ALL.into_iter().find(is).ok_or_else(|| {
            let names = TestCard::ALL.map(name).join(", ");
            Refusal::unprocessable(format!("a card is one of {names}, or the number of one"))
        })
    }
}

fn name(card: TestCard) -> &'static str {
    CardData::from(card.form()).issuer()
}

/// `POST /_fake/sales/{sale}/pay`: what the buyer does on the hosted page, the bank's page included.
async fn pay(State(shared): Fake, Path(sale): Path<String>, body: Bytes) -> Answer {
    let payment: Payment = read(&body)?;
    let card = payment.card()?;
    let mut typed = CardData::from(card.form());
    if let Some(cvc) = payment.cvc {
        typed.cvc = cvc;
    }
    let mut state = shared.state();
    let token = find(&state, &sale)?;
    let tried = match state.try_card(&token, &typed) {
        Tried::Forward => {
            let right = card.three_d_password().unwrap_or_default();
            state.finish_3d(&token, payment.password.as_deref().unwrap_or(right))
        }
        tried => tried,
    };
    let Json(sale) = answer(&mut state, &token, &shared.origin)?;
    let declined = match tried {
        Tried::Declined(code) => json!({
            "error_code": code.as_str(), "error_message": code.merchant_message(),
        }),
        Tried::Charged | Tried::Forward | Tried::NoSale => Value::Null,
    };
    let mut answer = state::fields(sale);
    answer.insert("declined".to_owned(), declined);
    Ok(Json(answer.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewStatus {
    status: String,
}

/// `PUT /_fake/sales/{sale}/status`
async fn status(State(shared): Fake, Path(sale): Path<String>, body: Bytes) -> Answer {
    let NewStatus { status } = read(&body)?;
    let mut state = shared.state();
    let token = find(&state, &sale)?;
    state.set_status(&token, &status);
    answer(&mut state, &token, &shared.origin)
}

/// The sale of a token, or the newest sale of an order.
fn find(state: &state::State, sale: &str) -> Result<String, Refusal> {
    let mut newest_first = state.sales.iter().rev();
    let found = newest_first.find(|known| known.token == sale || known.order() == sale);
    let found = found.ok_or_else(|| Refusal::not_found("sale"))?;
    Ok(found.token.clone())
}

fn answer(state: &mut MutexGuard<'_, state::State>, token: &str, origin: &str) -> Answer {
    let sale = state.find_sale(token);
    let sale = sale.ok_or_else(|| Refusal::not_found("sale"))?;
    Ok(Json(described(sale, origin)))
}

fn described(sale: &state::FakeSale, origin: &str) -> Value {
    json!({
        "sale_token": sale.token, "order_id": sale.order(), "status": sale.status,
        "amount": sale.amount.to_string(), "currency": sale.text("currency"),
        "refunded_amount": sale.refunded.to_string(),
        "page": format!("{origin}/?token={}", sale.token),
    })
}
