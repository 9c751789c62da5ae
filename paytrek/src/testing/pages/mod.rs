//! What a buyer sees of the fake: the hosted payment page and the bank's page.

mod view;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use crate::Language;
use crate::card::TestCard;
use crate::testing::bank::CardData;
use crate::testing::state::{Shared, Tried};
use view::{BankPage, HostedPage, SaleView, back_to_shop, message, page, see_other};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(show_hosted).post(pay))
        .route("/leave/{token}", get(leave))
        .route("/3d/{token}", get(show_bank).post(confirm))
        .route("/fake.css", get(view::style))
}

#[derive(Deserialize)]
struct Pointer {
    token: Option<String>,
}

#[derive(Deserialize)]
struct CardFields {
    token: String,
    number: String,
    expiration: String,
    cvc: String,
    card_holder_name: String,
}

/// `GET /?token=…`
async fn show_hosted(
    State(shared): State<Arc<Shared>>,
    Query(pointer): Query<Pointer>,
) -> Response {
    hosted(&shared, pointer.token.as_deref().unwrap_or(""), None)
}

/// `POST /`
async fn pay(State(shared): State<Arc<Shared>>, Form(fields): Form<CardFields>) -> Response {
    let card = CardData {
        number: fields.number.chars().filter(char::is_ascii_digit).collect(),
        expiration: fields.expiration,
        cvc: fields.cvc,
        holder: fields.card_holder_name,
    };
    let token = &*fields.token;
    let tried = shared.state().try_card(token, &card);
    match tried {
        Tried::Forward => see_other(&format!("{}/3d/{token}", shared.origin)),
        Tried::Declined(code) => {
            let text = code.customer_message(Language::Turkish);
            hosted(&shared, token, Some(text.unwrap_or("İşlem onaylanmadı.")))
        }
        Tried::Charged => {
            let sale = SaleView::of(&mut shared.state(), token);
            sale.map_or_else(no_sale, |sale| back_to_shop(&sale))
        }
        Tried::NoSale => no_sale(),
    }
}

/// `GET /leave/…`: the buyer changes their mind. Paytrek sends the browser back all the same.
async fn leave(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let sale = SaleView::of(&mut shared.state(), &token);
    sale.map_or_else(no_sale, |sale| back_to_shop(&sale))
}

fn hosted(shared: &Shared, token: &str, decline: Option<&'static str>) -> Response {
    let Some(sale) = SaleView::of(&mut shared.state(), token) else {
        return no_sale();
    };
    let template = HostedPage {
        sale: &sale,
        decline,
        cards: &TestCard::ALL,
    };
    page(&template, &sale.return_url)
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

/// `GET /3d/…`
async fn show_bank(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let sale = SaleView::of(&mut shared.state(), &token);
    sale.map_or_else(no_sale, |sale| {
        page(&BankPage { sale: &sale }, &sale.return_url)
    })
}

/// `POST /3d/…`: the charge is finished here; the browser goes back after success and failure alike.
async fn confirm(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(password): Form<Password>,
) -> Response {
    let mut state = shared.state();
    state.finish_3d(&token, &password.password);
    let sale = SaleView::of(&mut state, &token);
    sale.map_or_else(no_sale, |sale| back_to_shop(&sale))
}

fn no_sale() -> Response {
    message(
        StatusCode::NOT_FOUND,
        "Böyle bir satış yok. There is no such sale.",
    )
}
