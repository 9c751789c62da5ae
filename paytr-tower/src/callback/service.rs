use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use http_body::Body;
use paytr_core::callback::{CallbackError, GrammarError, RequestHead};
use paytr_core::gate::{CallbackLimits, Kind, NotificationGate};
use paytr_core::{BoxError, Disposition, Reply, VerifiedPayment};
use tokio::time::timeout;
use tower_service::Service;

use super::work::{OutlivingWork, Work};
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
        let gate = self.gate.clone();
        let tasks = gate.tasks().clone();
        let (parts, body) = request.into_parts();
        let read = read(&parts, body, gate.limits());
        let then = move |body| handle(ready, gate, parts, body);
        ResponseFuture::callback(OutlivingWork::new(tasks, Box::pin(Work::new(read, then))))
    }
}

/// Takes one notification to its handler, which is `inner`.
///
/// A function that returns a future: an async function keeps room for each argument twice, and what is
/// large is moved and allocated slowly.
fn handle<S, K, B, R>(
    mut inner: S,
    gate: NotificationGate<K>,
    parts: request::Parts,
    body: Bytes,
) -> impl Future<Output = Result<Disposition, S::Error>> + Send
where
    K: Kind,
    S: Service<Request<RequestBody<B>>, Response = Response<R>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    R: Send + 'static,
{
    async move {
        let message = match gate.verify(&body) {
            Ok(message) => message,
            Err(disposition) => return Ok(disposition),
        };
        let admitted = match gate.admit(message).await {
            Ok(admitted) => admitted,
            Err(disposition) => return Ok(disposition),
        };
        let verified = admitted.handled().clone();
        let mut failed = None;
        let disposition = {
            // On the heap: it is given away, so that it is dropped before its claim is given back, and that
            // moves it. The service is called inside, so that a panic in it is caught too.
            let handler = Box::pin(async {
                let request = handed_on(parts, body, verified);
                match inner.call(request).await {
                    Ok(response) if response.status().is_success() => Ok(()),
                    Ok(response) => Err(NotSuccessful::Status(response.status())),
                    Err(error) => {
                        failed = Some(error);
                        Err(NotSuccessful::Error)
                    }
                }
            });
            admitted.run(handler).await
        };
        failed.map_or(Ok(disposition), Err)
    }
}

/// The request with its body restored, less what had to be dropped from it.
fn handed_on<K: Kind, B>(
    mut parts: request::Parts,
    mut body: Bytes,
    verified: K,
) -> Request<RequestBody<B>> {
    if let Some(redacted) = verified.redacted_body() {
        body = Bytes::copy_from_slice(redacted);
        let length = HeaderValue::from(redacted.len());
        parts.headers.insert(CONTENT_LENGTH, length);
    }
    parts.extensions.insert(verified);
    Request::from_parts(parts, RequestBody::held(body))
}

/// Checks the head, and then reads the body: it may be cut off at any point without a trace.
fn read<B>(
    parts: &request::Parts,
    body: B,
    limits: CallbackLimits,
) -> impl Future<Output = Result<Bytes, Disposition>> + Send + use<B>
where
    B: Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    let head = request_head(parts).check(limits.max_body);
    async move {
        head?;
        collect(body, limits).await
    }
}

/// Why the inner service's answer does not settle the payment.
#[derive(Debug, thiserror::Error)]
enum NotSuccessful {
    #[error("the handler answered {0}")]
    Status(StatusCode),
    #[error("the handler failed")]
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
    let mut collecting = pin!(collect_all(body, limits.max_body));
    // Mostly the body came with the head: then no timer is needed.
    let first = poll_fn(|context| Poll::Ready(collecting.as_mut().poll(context)));
    if let Poll::Ready(collected) = first.await {
        return collected;
    }
    // On the heap: a timer is large, and the future would keep room for it.
    let collected = Box::pin(timeout(limits.body_deadline, collecting)).await;
    collected.unwrap_or(Err(Disposition::TooSlow))
}

async fn collect_all<B>(body: B, max_body: usize) -> Result<Bytes, Disposition>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
    while let Some(data) = next_data(body.as_mut()).await? {
        if data.len() > max_body.saturating_sub(first.len().max(joined.len())) {
            return Err(Disposition::TooLarge);
        }
        // A body in one piece is taken as it is.
        if first.is_empty() {
            first = data;
            continue;
        }
        if joined.is_empty() {
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&data);
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}

/// The next bytes of a body; `None` at its end. Trailers are passed over.
async fn next_data<B>(mut body: Pin<&mut B>) -> Result<Option<Bytes>, Disposition>
where
    B: Body<Data = Bytes>,
{
    while !body.is_end_stream() {
        match poll_fn(|context| body.as_mut().poll_frame(context)).await {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => return Err(CallbackError::Malformed(GrammarError::Incomplete).into()),
            None => return Ok(None),
        }
    }
    Ok(None)
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
