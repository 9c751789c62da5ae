//! Orders: paid, declined, changed behind the shop's back, notified about.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, read};
use super::{Fake, delivery};
use crate::settlement::Event;
use crate::states::State as OrderState;
use crate::testing::actions::BankSays;
use crate::testing::book::{Book, Order};
use crate::testing::server::Shared;
use crate::testing::{Edit, FakeActionError, TestCard};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_fake/orders", get(list))
        .route("/_fake/orders/{order}", get(one))
        .route("/_fake/orders/{order}/pay", post(pay))
        .route("/_fake/orders/{order}/edit", post(edit))
        .route("/_fake/orders/{order}/notify", post(notify))
}

/// `GET /_fake/orders`
async fn list(State(shared): Fake) -> Json<Value> {
    let book = shared.book();
    Json(
        book.orders
            .iter()
            .map(|order| described(&book, order))
            .collect(),
    )
}

/// `GET /_fake/orders/{order}`
async fn one(State(shared): Fake, Path(order): Path<String>) -> Answer {
    answer(&shared, &order)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    #[serde(default = "Payment::success")]
    card: String,
    bank: Option<String>,
}

impl Payment {
    fn success() -> String {
        "success".to_owned()
    }

    fn card(&self) -> Result<TestCard, Refusal> {
        let named = NAMES.iter().find(|(name, _)| *name == self.card);
        let card = named.map(|(_, card)| *card);
        card.or_else(|| TestCard::find(&self.card)).ok_or_else(|| {
            let all = NAMES.map(|(name, _)| name).join(", ");
            let error = format!("a card is one of {all}, or the number of a test card");
            Refusal::unprocessable(error)
        })
    }

    fn bank(&self) -> Result<BankSays, Refusal> {
        match self.bank.as_deref() {
            None | Some("yes") => Ok(BankSays::Yes),
            Some("no") => Ok(BankSays::No),
            Some(_) => Err(Refusal::unprocessable("bank is yes or no")),
        }
    }
}

/// The cards by name.
const NAMES: [(&str, TestCard); 9] = [
    ("success", TestCard::SUCCESS),
    ("three_ds", TestCard::THREE_DS),
    ("amount_exceed", TestCard::AMOUNT_EXCEED),
    ("blocked", TestCard::BLOCKED),
    ("card_fail", TestCard::CARD_FAIL),
    ("charge_error", TestCard::CHARGE_ERROR),
    ("refund_error", TestCard::REFUND_ERROR),
    ("slow_block", TestCard::SLOW_BLOCK),
    ("slow_charge", TestCard::SLOW_CHARGE),
];

/// `POST /_fake/orders/{order}/pay`: what the buyer does on the payment page, the bank's page included.
async fn pay(State(shared): Fake, Path(order): Path<String>, body: Bytes) -> Answer {
    let payment: Payment = read(&body)?;
    shared.pay(&order, payment.card()?, payment.bank()?)?;
    answer(&shared, &order)
}

/// What becomes otherwise; all that is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edits {
    state: Option<String>,
    amount: Option<u64>,
    merchant_contract: Option<String>,
    forwarded: Option<bool>,
    answers_as: Option<String>,
    refunded_part: Option<u64>,
}

impl Edits {
    fn all(self) -> Result<Vec<Edit>, Refusal> {
        if self.forwarded == Some(false) {
            return Err(Refusal::unprocessable("forwarded is true or left out"));
        }
        let state = self.state.as_deref().map(OrderState::from_wire);
        let edits = [
            state.map(Edit::State),
            self.amount.map(Edit::Amount),
            self.merchant_contract.map(Edit::MerchantContract),
            self.forwarded.map(|_| Edit::Forwarded),
            self.answers_as.map(Edit::AnswersAs),
            self.refunded_part.map(Edit::RefundedPart),
        ];
        let edits: Vec<_> = edits.into_iter().flatten().collect();
        if edits.is_empty() {
            let error = "name one of state, amount, merchant_contract, forwarded, answers_as and \
                         refunded_part";
            return Err(Refusal::unprocessable(error));
        }
        Ok(edits)
    }
}

/// `POST /_fake/orders/{order}/edit`
async fn edit(State(shared): Fake, Path(order): Path<String>, body: Bytes) -> Answer {
    let edits: Edits = read(&body)?;
    for edit in edits.all()? {
        shared.edit(&order, edit)?;
    }
    answer(&shared, &order)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notification {
    event: String,
}

/// `POST /_fake/orders/{order}/notify`: once more, or though it is not true.
async fn notify(State(shared): Fake, Path(order): Path<String>, body: Bytes) -> Answer {
    let Notification { event } = read(&body)?;
    shared.notify(&order, Event::from_wire(&event))?;
    answer(&shared, &order)
}

fn answer(shared: &Shared, id: &str) -> Answer {
    let book = shared.book();
    let order = book.orders.iter().find(|order| order.id == id);
    let order = order.ok_or(FakeActionError::UnknownOrder)?;
    Ok(Json(described(&book, order)))
}

fn described(book: &Book, order: &Order) -> Value {
    let of_order = book.deliveries.iter();
    let of_order = of_order.filter(|delivery| delivery.order_id == order.id);
    let page = order.session.as_ref().map(|session| {
        let interface = order.interface.path();
        format!("{}/{interface}/Pay?SessionId={session}", book.base_url)
    });
    json!({
        "order_id": order.id, "terminal": order.terminal, "interface": order.interface.path(),
        "state": order.state.as_str(), "amount": order.amount, "requested": order.requested,
        "page": page, "deliveries": of_order.map(delivery).collect::<Vec<_>>(),
    })
}
