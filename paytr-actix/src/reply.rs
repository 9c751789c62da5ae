use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use paytr_core::{Disposition, Reply};

/// The answer to PayTR, with the disposition in its extensions.
pub(crate) fn reply(disposition: Disposition) -> HttpResponse {
    let reply = disposition.reply();
    let mut response = plain_text(status(reply.status), reply.body);
    let headers = response.headers_mut();
    if let Some(seconds) = reply.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = reply.allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    response.extensions_mut().insert(disposition);
    response
}

pub(crate) fn plain_text(status: StatusCode, body: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(status).set_body(body);
    let content_type = HeaderValue::from_static(Reply::CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.map_into_boxed_body()
}

/// The tables have valid codes only; a code that is not one must at least not read as success.
pub(crate) fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
