//! `GET /odeme/guvenli/{token}`: the page where a buyer pays by card, and the forms on it.
//!
//! `GET /odeme/direkt/{token}` is what a buyer of the Direct API sees after the shop's own form: the
//! 3-D Secure step, the approval of BKM Express, and the way back.

mod card_form;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::html;
use crate::payment_request::Warning;
use crate::shared::Shared;
use crate::state::Page;
use crate::{ActionError, TestCard};
use card_form::{CardForm, CardFormError};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/odeme/guvenli/{token}", get(show))
        .route("/odeme/guvenli/{token}/card", post(pay))
        .route("/odeme/guvenli/{token}/three-d", post(three_d_secure))
        .route("/odeme/guvenli/{token}/leave", post(leave))
        .route("/odeme/direkt/{token}", get(show))
        .route("/odeme/direkt/{token}/three-d", post(three_d_secure))
        .route("/odeme/direkt/{token}/bkm", post(bkm_express))
        .route("/odeme/direkt/{token}/leave", post(leave))
}

/// What the page shows beyond its state: a picked card, or what is wrong with the form.
#[derive(Deserialize)]
pub(crate) struct Shown {
    card: Option<String>,
    problem: Option<CardFormError>,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Query(shown): Query<Shown>,
) -> Response {
    let picked = shown.card.as_deref().and_then(TestCard::from_name);
    let rendered = shared.read(|state| {
        let page = state.page(&token)?;
        view::render(page, &token, picked, shown.problem)
    });
    rendered.unwrap_or_else(html::unknown_page)
}

async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(form): Form<CardForm>,
) -> Response {
    match form.read() {
        Ok(choice) => {
            let done = shared.act(&token, |state, now| {
                if form.is_expired(now) {
                    state.warn(&token, Warning::ExpiredCard);
                }
                state.choose_card(&token, choice, now)
            });
            back(&shared, &token, done)
        }
        Err(problem) => {
            let page = format!("/odeme/guvenli/{token}?problem={}", problem.name());
            Redirect::to(&page).into_response()
        }
    }
}

#[derive(Deserialize)]
struct ThreeDSecureForm {
    #[serde(default)]
    code: String,
    cancel: Option<String>,
}

async fn three_d_secure(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(form): Form<ThreeDSecureForm>,
) -> Response {
    let done = shared.act(&token, |state, now| match form.cancel {
        Some(_) => state.cancel_code(&token, now),
        None => state.type_code(&token, &form.code, now),
    });
    back(&shared, &token, done)
}

async fn bkm_express(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let done = shared.act(&token, |state, now| state.pay_with_bkm_express(&token, now));
    back(&shared, &token, done)
}

async fn leave(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let done = shared.act(&token, |state, now| state.leave(&token, now));
    back(&shared, &token, done)
}

/// Back to the page, which shows how things stand: also after a second click, when the first one has
/// already decided.
fn back(shared: &Shared, token: &str, done: Result<(), ActionError>) -> Response {
    let path = shared.read(|state| state.page(token).map(|page: &Page| page.path(token)));
    match (path, done) {
        (None, _) | (_, Err(ActionError::UnknownOrder)) => html::unknown_page(),
        (Some(path), _) => Redirect::to(&path).into_response(),
    }
}
