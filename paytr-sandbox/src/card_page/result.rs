//! How a card payment ended, and the way back to the shop.

use askama::Template;
use axum::response::Response;

use crate::FailedReason;
use crate::html;
use crate::payment_request::{CardDetails, Channel};
use crate::state::{Page, Step};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    paid: bool,
    title: &'static str,
    text: &'static str,
    back: Option<&'a str>,
    /// What is posted to the address in `back`; without it the buyer follows a link.
    fail_message: Option<&'static str>,
}

/// Paid, left or out of time.
pub(super) fn render(page: &Page, details: &CardDetails) -> Response {
    let t = Texts::of(page.request.language);
    let theme = super::view::theme(details.design);
    let (paid, title) = match page.step {
        Step::Paid => (true, t.paid_title),
        _ => (false, t.failed_title),
    };
    let is_posted = !paid
        && matches!(
            page.request.channel,
            Channel::Direct(_) | Channel::BkmExpress
        );
    let reason = page.declined.map(|reason| reason.text(t.language));
    let result = ResultPage {
        t,
        theme,
        paid,
        title,
        text: text(page, t),
        back: Some(if paid {
            &details.ok_url
        } else {
            &details.fail_url
        }),
        fail_message: reason.filter(|_| is_posted),
    };
    if result.fail_message.is_some() {
        html::page_that_posts_anywhere(&result)
    } else {
        html::page(&result)
    }
}

fn text(page: &Page, t: &'static Texts) -> &'static str {
    let is_link = matches!(page.request.channel, Channel::Link(_));
    match (page.step, page.declined) {
        (Step::Paid, _) if is_link => t.link_paid,
        (Step::Paid, _) => t.paid_text,
        (Step::Expired, _) => t.expired_text,
        // A declined payment of the Direct API is over: there is no form to try again on.
        (_, Some(reason)) if reason != FailedReason::LEFT => reason.text(t.language),
        _ => t.left_text,
    }
}
