use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use paytr_core::callback::{CallbackError, GrammarError, RequestHead};
use paytr_core::gate::{CallbackLimits, Kind, NotificationGate};
use paytr_core::{BoxError, Disposition, Reply, VerifiedPayment};
use tokio::time::timeout;
use tower_service::Service;

use super::{RequestBody, ResponseBody, ResponseFuture};

/// The service made by a [`NotificationLayer`](super::NotificationLayer).
#[derive(Debug, Clone)]
pub struct NotificationService<S, K: Kind> {
    inner: S,
    gate: NotificationGate<K>,
    path: Option<Arc<str>>,
}

/// The service made by [`PaytrCallbackLayer`](super::PaytrCallbackLayer).
pub type PaytrCallbackService<S> = NotificationService<S, VerifiedPayment>;

impl<S, K: Kind> NotificationService<S, K> {
    pub(super) fn new(inner: S, gate: NotificationGate<K>, path: Option<Arc<str>>) -> Self {
        Self { inner, gate, path }
    }
}

impl<S, K, B, R> Service<Request<B>> for NotificationService<S, K>
where
    K: Kind,
    S: Service<Request<RequestBody<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Send + 'static,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, R, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        if self.path.as_deref().is_some_and(|guarded| guarded != path) {
            let request = request.map(RequestBody::untouched);
            return ResponseFuture::untouched(self.inner.call(request));
        }
        // The service that was polled ready must be the one that is called.
        let waiting = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, waiting);
        ResponseFuture::callback(answer(ready, self.gate.clone(), request))
    }
}

/// Takes one notification to its handler, which is `inner`, and answers PayTR.
///
/// A function that returns a future: an async function keeps room for each argument twice, and what is
/// large is moved and allocated slowly.
fn answer<S, K, B, R>(
    mut inner: S,
    gate: NotificationGate<K>,
    request: Request<B>,
) -> impl Future<Output = Result<Response<ResponseBody<R>>, S::Error>> + Send
where
    K: Kind,
    S: Service<Request<RequestBody<B>>, Response = Response<R>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Send + 'static,
{
    let (mut parts, body) = request.into_parts();
    async move {
        let bytes = match read(&parts, body, gate.limits()).await {
            Ok(bytes) => bytes,
            Err(disposition) => return Ok(reply(disposition)),
        };
        let mut handed_on = bytes.clone();
        let failed = Arc::new(Mutex::new(None));
        let inner_error = Arc::clone(&failed);
        let handler = move |verified: K| async move {
            if let Some(redacted) = verified.redacted_body() {
                handed_on = Bytes::copy_from_slice(redacted);
                let length = HeaderValue::from(redacted.len());
                parts.headers.insert(CONTENT_LENGTH, length);
            }
            let mut request = Request::from_parts(parts, RequestBody::held(handed_on));
            request.extensions_mut().insert(verified);
            match inner.call(request).await {
                Ok(response) if response.status().is_success() => Ok(()),
                Ok(response) => Err(NotSuccessful::Status(response.status())),
                Err(error) => {
                    *inner_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    Err(NotSuccessful::Error)
                }
            }
        };
        let disposition = gate.receive(&bytes, handler).await;
        let error = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        error.map_or_else(|| Ok(reply(disposition)), Err)
    }
}

/// Checks the head and reads the body: it may be cut off at any point without a trace.
async fn read<B>(
    parts: &request::Parts,
    body: B,
    limits: CallbackLimits,
) -> Result<Bytes, Disposition>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    request_head(parts).check(limits.max_body)?;
    collect(body, limits).await
}

/// Why the inner service's answer does not settle the payment.
#[derive(Debug, thiserror::Error)]
enum NotSuccessful {
    #[error("the service answered {0}")]
    Status(StatusCode),
    #[error("the service failed")]
    Error,
}

fn request_head(parts: &request::Parts) -> RequestHead<'_> {
    let headers = &parts.headers;
    RequestHead {
        method: parts.method.as_str(),
        content_type: only(headers, &CONTENT_TYPE),
        content_encoding: headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes),
        content_length: only(headers, &CONTENT_LENGTH)
            .and_then(|value| std::str::from_utf8(value).ok()?.parse().ok()),
    }
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}

/// Reads a whole body within the limits of size and time.
pub(super) async fn collect<B>(body: B, limits: CallbackLimits) -> Result<Bytes, Disposition>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let limited = Limited::new(body, limits.max_body);
    match timeout(limits.body_deadline, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Disposition::TooLarge),
        Ok(Err(_)) => Err(CallbackError::Malformed(GrammarError::Incomplete).into()),
        Err(_elapsed) => Err(Disposition::TooSlow),
    }
}

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
