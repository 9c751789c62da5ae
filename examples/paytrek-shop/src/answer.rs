//! Answers to browsers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use askama::Template;

/// A page. Its forms may lead to the payment page: browsers hold redirects after a form to `form-action` too.
pub(crate) fn page(template: &impl Template, payment_host: &str) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {payment_host}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    match template.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(html),
        Err(error) => failure(&error),
    }
}

/// Something that the buyer can do nothing about; the cause is for the log only.
pub(crate) fn failure(error: &dyn std::fmt::Display) -> HttpResponse {
    tracing::error!(%error, "a page could not be made");
    text(500, "internal error")
}

pub(crate) fn text(status: u16, text: &'static str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
