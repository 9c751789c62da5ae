use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use http_body::Body;
use paytr_core::callback::RequestHead;
use paytr_core::{BoxError, CallbackGate, Disposition, HandlerFailure, MountPoint};
use tower_service::Service;

use super::collect::collect;
use super::reply::reply;
use super::{RequestBody, ResponseBody, ResponseFuture};

/// The service made by a [`NotificationLayer`](super::NotificationLayer).
#[derive(Debug, Clone)]
pub struct NotificationService<S, G> {
    inner: S,
    gate: G,
    path: Arc<str>,
}

/// The service made by [`PaytrCallbackLayer`](super::PaytrCallbackLayer).
pub type PaytrCallbackService<S> = NotificationService<S, CallbackGate>;

impl<S, G> NotificationService<S, G> {
    pub(super) fn new(inner: S, gate: G, path: Arc<str>) -> Self {
        Self { inner, gate, path }
    }
}

impl<S, G, B, R> Service<Request<B>> for NotificationService<S, G>
where
    G: MountPoint,
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
        if request.uri().path() != &*self.path {
            let request = request.map(RequestBody::untouched);
            return ResponseFuture::untouched(self.inner.call(request));
        }
        // The service that was polled ready must be the one that is called.
        let waiting = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, waiting);
        let notification = Notification {
            inner: ready,
            gate: self.gate.clone(),
        };
        ResponseFuture::callback(notification.answer(request))
    }
}

/// One notification on its way, with the service that will handle it.
///
/// Its steps are functions that return futures: an async function keeps room for each argument twice,
/// and what is large is moved and allocated slowly.
struct Notification<S, G> {
    inner: S,
    gate: G,
}

impl<S, G: MountPoint> Notification<S, G> {
    fn answer<B, R>(
        self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<ResponseBody<R>>, S::Error>> + Send
    where
        S: Service<Request<RequestBody<B>>, Response = Response<R>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
        R: Send + 'static,
    {
        let (mut parts, body) = request.into_parts();
        async move {
            match read(&self.gate, &parts, body).await {
                Err(disposition) => Ok(reply(disposition)),
                Ok((message, mut bytes)) => {
                    if let Some(redacted) = G::redacted_body(&message) {
                        bytes = Bytes::copy_from_slice(redacted);
                        let length = HeaderValue::from(redacted.len());
                        parts.headers.insert(CONTENT_LENGTH, length);
                    }
                    let request = Request::from_parts(parts, RequestBody::held(bytes));
                    self.handle(message, request).await.map(reply)
                }
            }
        }
    }

    /// From the claim to the settlement, in a task of its own.
    fn handle<B, R>(
        self,
        message: G::Message,
        request: Request<RequestBody<B>>,
    ) -> impl Future<Output = Result<Disposition, S::Error>> + Send
    where
        S: Service<Request<RequestBody<B>>, Response = Response<R>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Send + 'static,
        B: Send + 'static,
        R: Send + 'static,
    {
        let tasks = self.gate.tasks().clone();
        let detached = tasks.detach(self.deliver(message, request));
        async {
            let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
            detached.await.unwrap_or(Ok(panicked))
        }
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "see above: it is half as large this way"
    )]
    fn deliver<B, R>(
        mut self,
        message: G::Message,
        mut request: Request<RequestBody<B>>,
    ) -> impl Future<Output = Result<Disposition, S::Error>> + Send
    where
        S: Service<Request<RequestBody<B>>, Response = Response<R>> + Send,
        S::Future: Send,
        S::Error: Send,
        B: Send,
        R: Send,
    {
        async move {
            let admitted = match self.gate.admit(message).await {
                Ok(admitted) => admitted,
                Err(disposition) => return Ok(disposition),
            };
            request
                .extensions_mut()
                .insert(G::handled(&admitted).clone());
            let mut inner_error = None;
            let handler = async {
                match self.inner.call(request).await {
                    Ok(response) if response.status().is_success() => Ok(()),
                    Ok(response) => Err(NotSuccessful::Status(response.status())),
                    Err(error) => {
                        inner_error = Some(error);
                        Err(NotSuccessful::Error)
                    }
                }
            };
            let disposition = G::run(admitted, handler).await;
            inner_error.map_or(Ok(disposition), Err)
        }
    }
}

/// Everything before the claim: it may be cut off at any point without a trace.
async fn read<G, B>(
    gate: &G,
    parts: &request::Parts,
    body: B,
) -> Result<(G::Message, Bytes), Disposition>
where
    G: MountPoint,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let limits = gate.limits();
    request_head(parts).check(limits.max_body)?;
    let bytes = collect(body, limits).await?;
    Ok((gate.verify(&bytes)?, bytes))
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
