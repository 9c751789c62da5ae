//! Heads and bodies of requests, read within limits.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::poll_immediate;
use paytr_core::Disposition;
use paytr_core::callback::{CallbackError, GrammarError, RequestHead};
use paytr_core::gate::CallbackLimits;
use tokio::time::timeout;

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
    let body = read_within(payload, limits.max_body, limits.body_deadline).await;
    body.map_err(|fault| match fault {
        BodyFault::TooLarge => Disposition::TooLarge,
        BodyFault::TooSlow => Disposition::TooSlow,
        BodyFault::Broken => CallbackError::Malformed(GrammarError::Incomplete).into(),
    })
}

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    TooLarge,
    TooSlow,
    Broken,
}

/// Reads a whole body within these limits, whatever the application's `PayloadConfig` says.
pub(crate) async fn read_within(
    payload: &mut Payload,
    max_body: usize,
    deadline: Duration,
) -> Result<Bytes, BodyFault> {
    let mut collecting = pin!(collect(payload, max_body));
    // Mostly the body came with the head, and actix hands it on after this was polled for the first time:
    // then no timer is needed.
    if let Some(whole) = poll_immediate(&mut collecting).await {
        return whole;
    }
    polled_again().await;
    if let Some(whole) = poll_immediate(&mut collecting).await {
        return whole;
    }
    // On the heap: a timer is large, and the future would keep room for it.
    let whole = Box::pin(timeout(deadline, collecting)).await;
    whole.unwrap_or(Err(BodyFault::TooSlow))
}

/// Waits until its task is polled for the second time, which is soon.
async fn polled_again() {
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::replace(&mut is_first, false) {
            context.waker().wake_by_ref();
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

async fn collect(payload: &mut Payload, max_body: usize) -> Result<Bytes, BodyFault> {
    let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyFault::Broken)?;
        if chunk.len() > max_body.saturating_sub(first.len().max(joined.len())) {
            return Err(BodyFault::TooLarge);
        }
        // A body in one piece is taken as it is.
        if first.is_empty() {
            first = chunk;
            continue;
        }
        if joined.is_empty() {
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&chunk);
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}

/// The length that a request announces.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    let value = only(headers, &CONTENT_LENGTH)?;
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// The value of a header that is there exactly once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}
