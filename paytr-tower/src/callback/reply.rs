use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use paytr_core::{Disposition, Reply};

use super::ResponseBody;

/// The answer to PayTR, with the disposition in its extensions.
pub(super) fn reply<B>(disposition: Disposition) -> Response<ResponseBody<B>> {
    let reply = disposition.reply();
    let body = ResponseBody::held(Bytes::from_static(reply.body.as_bytes()));
    let mut response = Response::new(body);
    // The table has valid codes only; a code that is not one must at least not read as success.
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(Reply::CONTENT_TYPE));
    if let Some(seconds) = reply.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = reply.allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    response.extensions_mut().insert(disposition);
    response
}
