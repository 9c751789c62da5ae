//! `GET /odeme/api/{token}`: the page where a buyer announces a bank transfer.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::payment_request::{BANKS, EftDetails, Kind};
use crate::shared::Shared;
use crate::state::{Notice, Page, Step};
use crate::texts::Texts;
use crate::{ActionError, EftOutcome, FailedReason, amounts, html, turkish_time};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/odeme/api/{token}", get(show))
        .route("/odeme/api/{token}/notice", post(notice))
        .route("/odeme/api/{token}/transfer", post(transfer))
        .route("/odeme/api/{token}/leave", post(leave))
}

#[derive(Template)]
#[template(path = "eft.html")]
struct EftPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    action: String,
    merchant_oid: &'a str,
    amount: String,
    test_mode: bool,
    details: &'a EftDetails,
    banks: Vec<(&'static str, &'static str)>,
    today: String,
    notice_sent: bool,
    outcomes: Vec<Outcome>,
    decline: Option<&'static str>,
    decline_code: Option<&'static str>,
    incomplete: bool,
}

/// What the bank may say.
struct Outcome {
    name: &'static str,
    code: Option<&'static str>,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage {
    t: &'static Texts,
    theme: &'static str,
    paid: bool,
    title: &'static str,
    text: &'static str,
    back: Option<&'static str>,
    fail_message: Option<&'static str>,
}

#[derive(Deserialize)]
struct Shown {
    problem: Option<String>,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Query(shown): Query<Shown>,
) -> Response {
    let today = turkish_time::date(shared.clock.now());
    let rendered = shared.read(|state| {
        let page = state.page(&token)?;
        render(page, &token, today, shown.problem.is_some())
    });
    rendered.unwrap_or_else(html::unknown_page)
}

/// `None` when the page is not an EFT page.
fn render(page: &Page, token: &str, today: String, incomplete: bool) -> Option<Response> {
    let Kind::Eft(details) = &page.request.kind else {
        return None;
    };
    let language = page.request.language;
    let t = Texts::of(language);
    let offered = |(code, _): &(&str, &str)| details.bank.is_none_or(|bank| bank == *code);
    Some(match page.step {
        Step::Paid => result(t, true, t.eft_paid_text),
        Step::Left => result(t, false, t.left_text),
        Step::Expired => result(t, false, t.expired_text),
        _ => html::page(&EftPage {
            t,
            theme: "classic",
            action: page.path(token),
            merchant_oid: &page.request.merchant_oid,
            amount: amounts::readable(page.request.amount, page.request.currency, language),
            test_mode: page.request.test_mode,
            details,
            banks: BANKS.into_iter().filter(offered).collect(),
            today,
            notice_sent: page.step == Step::NoticeSent,
            outcomes: EftOutcome::ALL.map(|one| outcome(one, t)).into(),
            decline: page.declined.map(|reason| reason.text(language)),
            decline_code: page.declined.map(FailedReason::code),
            incomplete,
        }),
    })
}

fn result(t: &'static Texts, paid: bool, text: &'static str) -> Response {
    html::page(&ResultPage {
        t,
        theme: "classic",
        paid,
        title: if paid { t.paid_title } else { t.failed_title },
        text,
        back: None,
        fail_message: None,
    })
}

fn outcome(outcome: EftOutcome, t: &'static Texts) -> Outcome {
    let reason = outcome.failed_reason();
    Outcome {
        name: outcome.name(),
        code: reason.map(FailedReason::code),
        label: reason.map_or(t.arrived, |reason| reason.text(t.language)),
    }
}

/// What was typed. It goes into the interim notice, where the shop wants one, and nowhere else. No
/// `Debug`: it is personal data.
#[derive(Deserialize)]
struct NoticeForm {
    #[serde(default)]
    bank: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    user_phone: String,
    #[serde(default)]
    tc_no_last5: String,
    #[serde(default)]
    payment_sent_date: String,
}

impl NoticeForm {
    fn is_complete(&self) -> bool {
        let needed = [&self.user_name, &self.user_phone, &self.payment_sent_date];
        needed.iter().all(|value| !value.trim().is_empty())
    }
}

async fn notice(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(form): Form<NoticeForm>,
) -> Response {
    let notice = Notice {
        bank: &form.bank,
        sent_date: form.payment_sent_date.trim(),
        user_name: form.user_name.trim(),
        user_phone: form.user_phone.trim(),
        tc_no_last5: form.tc_no_last5.trim(),
    };
    let done = if form.is_complete() {
        shared.act(&token, |state, now| state.send_notice(&token, &notice, now))
    } else {
        Err(ActionError::UnknownBank)
    };
    match done {
        Err(ActionError::UnknownBank) => {
            Redirect::to(&format!("/odeme/api/{token}?problem=notice")).into_response()
        }
        done => back(&token, done),
    }
}

#[derive(Deserialize)]
struct TransferForm {
    outcome: String,
}

async fn transfer(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(form): Form<TransferForm>,
) -> Response {
    let outcome = EftOutcome::from_name(&form.outcome).unwrap_or(EftOutcome::NotFound);
    let done = shared.act(&token, |state, now| {
        state.decide_transfer(&token, outcome, now)
    });
    back(&token, done)
}

async fn leave(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let done = shared.act(&token, |state, now| state.leave(&token, now));
    back(&token, done)
}

fn back(token: &str, done: Result<(), ActionError>) -> Response {
    match done {
        Err(ActionError::UnknownOrder) => html::unknown_page(),
        _ => Redirect::to(&format!("/odeme/api/{token}")).into_response(),
    }
}
