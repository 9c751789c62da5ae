//! How the shop hears at once: the browser is sent on, or a server gets JSON. The notification decides.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::{Value, json};

use crate::form::PostedForm;
use crate::html;
use crate::payment_request::{Kind, Refused};
use crate::state::{Page, State, Step};

/// Who asked.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// A browser, from a form on a page of the shop.
    Browser,
    /// A server, with `sync_mode`.
    Sync,
    /// A server, with `recurring_payment`.
    Recurring,
}

impl Told {
    pub(super) fn of(form: &PostedForm) -> Self {
        match (form.get("recurring_payment"), form.get("sync_mode")) {
            (Some("1"), _) => Self::Recurring,
            (_, Some("1")) => Self::Sync,
            _ => Self::Browser,
        }
    }
}

/// The answer to a payment that was begun.
pub(super) fn started(state: &State, token: &str, told: Told) -> Response {
    let Some(page) = state.page(token) else {
        return html::unknown_page();
    };
    match told {
        Told::Browser => browser(page, token),
        Told::Sync | Told::Recurring => Json(server(state, page, told)).into_response(),
    }
}

/// To the shop when it is paid; otherwise to the page with the next step, or with the way back.
fn browser(page: &Page, token: &str) -> Response {
    let next = match (&page.request.kind, page.step) {
        (Kind::Card(details), Step::Paid) => details.ok_url.clone(),
        _ => page.path(token),
    };
    Redirect::to(&next).into_response()
}

fn server(state: &State, page: &Page, told: Told) -> Value {
    if page.step != Step::Paid {
        let reason = page
            .declined
            .map(|reason| reason.text(page.request.language));
        return failed(reason.unwrap_or("Ödeme alınamadı"), told, Retry::Never);
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
pub(super) fn refused(refused: &Refused, told: Told) -> Response {
    let retry = match refused {
        Refused::InProgress => Retry::Later,
        _ => Retry::Never,
    };
    let reason = refused.to_string();
    match told {
        Told::Browser => html::message(StatusCode::OK, "PayTR refuses this payment", reason),
        Told::Sync | Told::Recurring => Json(failed(&reason, told, retry)).into_response(),
    }
}

/// `try_again` of a recurring charge.
#[derive(Clone, Copy)]
enum Retry {
    Never,
    Later,
}

fn failed(reason: &str, told: Told, retry: Retry) -> Value {
    let mut reply = json!({ "status": "failed", "msg": reason });
    if matches!(told, Told::Recurring)
        && let Some(fields) = reply.as_object_mut()
    {
        let again = matches!(retry, Retry::Later);
        fields.insert("try_again".to_owned(), again.into());
    }
    reply
}
