//! What every page of the sandbox has: its headers, and the stylesheets and scripts, all of them the
//! sandbox's own. Also the pages that are one sentence.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use paytr_core::Language;

use crate::payment_request::Warning;
use crate::shared::Shared;
use crate::texts::Texts;

/// Everything comes from here, nothing runs inline. Any page may frame a payment page: that is what it
/// is for.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'",
);

/// The dashboard has buttons that do something at once: nobody may frame it.
const UNFRAMED_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// A page with a form that goes to an address of the shop.
const POSTING_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action http: https:; base-uri 'none'",
);

/// A page that posts to the shop.
pub(crate) fn page_that_posts_anywhere(template: &impl Template) -> Response {
    let mut response = page(template);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POSTING_POLICY);
    response
}

/// A page that no other page may frame.
pub(crate) fn unframed_page(template: &impl Template) -> Response {
    let mut response = page(template);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, UNFRAMED_POLICY);
    response
}

pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page with one sentence, and perhaps notes for whoever made the request.
#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    t: &'static Texts,
    theme: &'static str,
    title: &'static str,
    text: String,
    notes: Vec<String>,
}

pub(crate) fn message(status: StatusCode, title: &'static str, text: String) -> Response {
    let body = page(&MessagePage {
        t: &Texts::ENGLISH,
        theme: "",
        title,
        text,
        notes: Vec::new(),
    });
    (status, body).into_response()
}

/// What a buyer sees of a payment that was not begun.
pub(crate) fn refusal(language: Language, reason: &str, warnings: &[Warning]) -> Response {
    let t = Texts::of(language);
    page(&MessagePage {
        t,
        theme: "",
        title: t.refused_title,
        text: format!("{} {reason}", t.refused_text),
        notes: warnings.iter().map(ToString::to_string).collect(),
    })
}

/// The answer for an unknown token.
pub(crate) fn unknown_page() -> Response {
    let text = "No order has this token. The sandbox forgets everything when it stops.";
    message(StatusCode::NOT_FOUND, "Unknown payment page", text.into())
}

pub(crate) fn nothing_here(uri: &Uri) -> Response {
    let text = format!("{} is not an address of the sandbox.", uri.path());
    message(StatusCode::NOT_FOUND, "Nothing here", text)
}

pub(crate) async fn security_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // Answers that are no pages are marked too, so that nobody takes them for PayTR's.
    let sandbox = HeaderName::from_static("x-paytr-sandbox");
    headers.insert(sandbox, HeaderValue::from_static("not PayTR"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not no-referrer: browsers would then post forms with the origin "null".
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

pub(crate) fn assets() -> Router<Arc<Shared>> {
    Router::new()
        .route("/js/iframeResizer.min.js", get(iframe_resizer))
        .route("/_sandbox/style.css", get(style))
        .route("/_sandbox/page.js", get(page_script))
        .route("/_sandbox/dashboard.js", get(dashboard_script))
        .route("/_sandbox/dashboard.css", get(dashboard_style))
}

/// `iFrameResize(options, selector)` for the shop's page; an own script with the same entry point.
async fn iframe_resizer() -> impl IntoResponse {
    let script = include_str!("../assets/iframe_resizer.js");
    ([(CONTENT_TYPE, SCRIPT)], script)
}

async fn style() -> impl IntoResponse {
    let style = include_str!("../assets/style.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

async fn dashboard_style() -> impl IntoResponse {
    let style = include_str!("../assets/dashboard.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

async fn page_script() -> impl IntoResponse {
    ([(CONTENT_TYPE, SCRIPT)], include_str!("../assets/page.js"))
}

async fn dashboard_script() -> impl IntoResponse {
    let script = include_str!("../assets/dashboard.js");
    ([(CONTENT_TYPE, SCRIPT)], script)
}
