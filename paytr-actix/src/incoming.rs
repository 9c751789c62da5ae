use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use paytr_core::callback::{CallbackError, GrammarError, RequestHead};
use paytr_core::{CallbackLimits, Disposition};

use crate::body::{self, BodyFault};
use crate::header::{content_length, only};

/// Checks the head of a notification. It ends before the body is read, so that it need not be held.
pub(crate) fn check_head(request: &HttpRequest, limits: CallbackLimits) -> Result<(), Disposition> {
    let headers = request.headers();
    let head = RequestHead {
        method: request.method().as_str(),
        content_type: only(headers, &CONTENT_TYPE),
        content_encoding: headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes),
        content_length: content_length(headers),
    };
    head.check(limits.max_body)
}

/// Reads the body of a notification whose head is fine.
pub(crate) async fn read(
    payload: &mut Payload,
    limits: CallbackLimits,
) -> Result<Bytes, Disposition> {
    let body = body::read(payload, limits.max_body, limits.body_deadline).await;
    body.map_err(|fault| match fault {
        BodyFault::TooLarge => Disposition::TooLarge,
        BodyFault::TooSlow => Disposition::TooSlow,
        BodyFault::Broken => CallbackError::Malformed(GrammarError::Incomplete).into(),
    })
}
