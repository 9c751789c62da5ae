//! `POST /odeme`: the Direct API, with a typed card, a stored card, a recurring charge or BKM Express.
//!
//! The shop hears at once: the browser is sent on, or a server gets JSON. The notification decides.

mod request;

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use paytr_core::Language;
use serde_json::{Value, json};

use super::Route;
use super::intake::RefusedFor;
use crate::form::PostedForm;
use crate::payment_request::{Channel, Kind, Refused, Warning};
use crate::shared::Shared;
use crate::state::{CardChoice, Page, State as Known, Step};
use crate::token_check::Formula;
use crate::{ActionError, FailedReason, html};
use request::{Authentication, DirectRequest};

pub(super) const ROUTES: &[Route] = &[("/odeme", || post(pay))];

async fn pay(State(shared): State<Arc<Shared>>, form: PostedForm) -> Response {
    let told = Told::of(&form);
    match start(&shared, &form) {
        Ok(token) => shared.read(|state| answer_started(state, &token, told)),
        Err(reason) => {
            tracing::debug!(%reason, "payment refused");
            answer_refused(&reason, &form, told)
        }
    }
}

/// Opens the page of the payment, and does what can be done without the buyer.
fn start(shared: &Arc<Shared>, form: &PostedForm) -> Result<String, Refused> {
    let now = shared.clock.now();
    let request = shared.read(|state| DirectRequest::read(form, state, now))?;
    let token = Shared::new_token().map_err(|_| Refused::Inactive)?;
    let merchant_oid = request.payment.merchant_oid.clone();
    let expires = request.expires;
    let first_step = FirstStep::of(&request);
    let deadline = shared.change(|state| {
        // An id is used once here: a further try needs a new one.
        if let Some(order) = state.order(&merchant_oid) {
            let is_open = state
                .newest_page(order)
                .is_some_and(|(_, page)| page.is_open());
            return Err(if is_open {
                Refused::InProgress
            } else {
                Refused::OidUsed
            });
        }
        state.open(token.clone(), request.payment, now)?;
        let page = state.page_mut(&token).ok_or(Refused::Inactive)?;
        page.deadline = expires.unwrap_or(page.deadline);
        let deadline = page.deadline;
        // A declined card is no error here: the shop is told of it.
        let _ = first_step.take(state, &token, now);
        Ok(deadline)
    })?;
    shared.expire_in_time(token.clone(), deadline);
    shared.deliver(&merchant_oid);
    Ok(token)
}

/// What happens before the buyer sees anything of PayTR's.
enum FirstStep {
    /// The code of the bank is asked for.
    AskForCode(CardChoice),
    /// The card is charged.
    Charge(CardChoice),
    /// `non3d_test_failed`.
    Fail,
    /// The buyer approves in the app of BKM Express.
    Approve,
}

impl FirstStep {
    fn of(request: &DirectRequest) -> Self {
        match (&request.payment.channel, request.choice) {
            (Channel::Direct(_), Some(choice)) => match request.authentication {
                Authentication::ThreeDSecure => Self::AskForCode(choice),
                Authentication::Non3d => Self::Charge(choice),
                Authentication::Non3dFailing => Self::Fail,
            },
            _ => Self::Approve,
        }
    }

    fn take(self, state: &mut Known, token: &str, now: SystemTime) -> Result<(), ActionError> {
        match self {
            Self::AskForCode(choice) => state.choose_card(token, choice, now),
            Self::Charge(choice) => state.charge_card(token, choice, now),
            Self::Fail => state.fail(token, FailedReason::LIMIT, now),
            Self::Approve => Ok(()),
        }
    }
}

/// Who asked.
#[derive(Clone, Copy)]
enum Told {
    /// A browser, from a form on a page of the shop.
    Browser,
    /// A server, with `sync_mode`.
    Sync,
    /// A server, with `recurring_payment`.
    Recurring,
}

impl Told {
    fn of(form: &PostedForm) -> Self {
        match (form.get("recurring_payment"), form.get("sync_mode")) {
            (Some("1"), _) => Self::Recurring,
            (_, Some("1")) => Self::Sync,
            _ => Self::Browser,
        }
    }
}

/// The answer to a payment that was begun.
fn answer_started(state: &Known, token: &str, told: Told) -> Response {
    let Some(page) = state.page(token) else {
        return html::unknown_page();
    };
    match told {
        Told::Browser => browser_answer(page, token),
        Told::Sync | Told::Recurring => Json(server_answer(state, page, told)).into_response(),
    }
}

/// To the shop when it is paid; otherwise to the page with the next step, or with the way back.
fn browser_answer(page: &Page, token: &str) -> Response {
    let next = match (&page.request.kind, page.step) {
        (Kind::Card(details), Step::Paid) => details.ok_url.clone(),
        _ => None,
    };
    Redirect::to(&next.unwrap_or_else(|| page.path(token))).into_response()
}

fn server_answer(state: &Known, page: &Page, told: Told) -> Value {
    if page.step != Step::Paid {
        let reason = page
            .declined
            .map(|reason| reason.text(page.request.language));
        return failed_answer(reason.unwrap_or("Ödeme alınamadı"), told, Retry::Never);
    }
    let mut reply = json!({ "status": "success", "msg": "Ödeme başarılı" });
    let stored = state.stored_by(&page.request.merchant_oid);
    if let Some((stored, fields)) = stored.zip(reply.as_object_mut()) {
        fields.insert("utoken".to_owned(), stored.utoken.clone().into());
        fields.insert("ctoken".to_owned(), stored.ctoken.clone().into());
    }
    reply
}

/// The answer to a payment that was not begun: no notification follows.
fn answer_refused(refused: &Refused, form: &PostedForm, told: Told) -> Response {
    let retry = match refused {
        Refused::InProgress => Retry::Later,
        _ => Retry::Never,
    };
    let reason = refused.to_string();
    let mut response = match told {
        Told::Browser => html::refusal(language(form), &reason, &slips(form)),
        Told::Sync | Told::Recurring => Json(failed_answer(&reason, told, retry)).into_response(),
    };
    response.extensions_mut().insert(RefusedFor(reason));
    response
}

/// The buyer's, if it can be read.
fn language(form: &PostedForm) -> Language {
    let language = form.get("client_lang").and_then(Language::from_code);
    language.unwrap_or_default()
}

fn slips(form: &PostedForm) -> Vec<Warning> {
    let formula = Formula::of("/odeme", form);
    formula.map_or_else(Vec::new, |formula| form.slips(&formula))
}

/// `try_again` of a recurring charge.
#[derive(Clone, Copy)]
enum Retry {
    Never,
    Later,
}

fn failed_answer(reason: &str, told: Told, retry: Retry) -> Value {
    let mut reply = json!({ "status": "failed", "msg": reason });
    if matches!(told, Told::Recurring)
        && let Some(fields) = reply.as_object_mut()
    {
        let again = matches!(retry, Retry::Later);
        fields.insert("try_again".to_owned(), again.into());
    }
    reply
}
