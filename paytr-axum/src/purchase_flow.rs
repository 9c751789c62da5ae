//! The purchase flow as a router.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use paytr_core::BoxError;
use paytr_core::paid_once::causes;
use paytr_flow::{
    BODY_DEADLINE, FlowResponse, Landing, MAX_BODY, PageRequest, PayRequest, PurchaseFlow,
};
use paytr_tower::PaytrCallbackLayer;
use tokio::time::timeout;

use crate::VerifiedCallback;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The routes of a [`PurchaseFlow`], to be merged into an app:
///
/// | route | does |
/// |---|---|
/// | `POST /paytr/pay` | prices the cart on the server, opens the order, asks PayTR for a page; 429 for [too many](PurchaseFlow::pay) |
/// | `GET /paytr/pay/{oid}` | the page with PayTR's iframe |
/// | `POST /paytr/callback` | PayTR's notification, verified and handled once |
/// | `GET /paytr/ok`, `GET /paytr/fail` | where the buyer lands; they wait for the notification. `POST` leads there |
/// | `GET /paytr/orders/{oid}` | the state of an order as JSON |
///
/// The buyer's address comes from the connection: serve the app with
/// `into_make_service_with_connect_info::<SocketAddr>()`, or `POST /paytr/pay` answers 500 and says so.
///
/// ```no_run
/// use std::net::SocketAddr;
/// use axum::Router;
/// use paytr_axum::{paytr_flow::PurchaseFlow, purchase_flow};
///
/// # async fn serve(flow: PurchaseFlow) -> std::io::Result<()> {
/// let app = Router::new().merge(purchase_flow(flow));
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
/// # }
/// ```
pub fn purchase_flow<S>(flow: PurchaseFlow) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let callback = PaytrCallbackLayer::new(flow.gate().clone());
    Router::new()
        .route(flow.pay_path(), only("POST", post(pay)))
        .route(&format!("{}/{{oid}}", flow.pay_path()), page(get(pay_page)))
        // The layer answers every other method itself.
        .route(flow.callback_path(), any(handle).layer(callback))
        .route(flow.ok_path(), landing(get(ok).post(ok_posted)))
        .route(flow.fail_path(), landing(get(fail).post(fail_posted)))
        .route(
            &format!("{}/{{oid}}", flow.orders_path()),
            page(get(order_state)),
        )
        .with_state(flow)
}

fn page(routes: MethodRouter<PurchaseFlow>) -> MethodRouter<PurchaseFlow> {
    only("GET, HEAD", routes)
}

fn landing(routes: MethodRouter<PurchaseFlow>) -> MethodRouter<PurchaseFlow> {
    only("GET, HEAD, POST", routes)
}

/// Other methods get the flow's own answer.
fn only(allow: &'static str, routes: MethodRouter<PurchaseFlow>) -> MethodRouter<PurchaseFlow> {
    routes.fallback(move || async move { respond(FlowResponse::method_not_allowed(allow)) })
}

async fn handle(
    State(flow): State<PurchaseFlow>,
    payment: VerifiedCallback,
) -> Result<(), HandlerError> {
    let handled = flow.handler().handle(payment.into_inner()).await;
    handled.map_err(HandlerError)
}

/// The layer turns it into its own answer; the cause goes to the log.
struct HandlerError(BoxError);

impl axum::response::IntoResponse for HandlerError {
    fn into_response(self) -> Response {
        let cause = causes(&*self.0);
        tracing::error!(error = %self.0, cause, "the payment handler failed");
        http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

async fn pay(
    State(flow): State<PurchaseFlow>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => return respond(refusal),
    };
    let forwarded_for = headers.get_all(X_FORWARDED_FOR);
    let forwarded_for = forwarded_for.iter().map(HeaderValue::as_bytes);
    let request = PayRequest {
        content_type: bytes(&headers, CONTENT_TYPE),
        accept_language: bytes(&headers, ACCEPT_LANGUAGE),
        client_ip: flow.client_ip(peer.ip(), forwarded_for),
        body: &body,
    };
    respond(flow.pay(request).await)
}

async fn pay_page(State(flow): State<PurchaseFlow>, uri: Uri, headers: HeaderMap) -> Response {
    let request = page_request(&uri, &headers);
    respond(flow.pay_page(last_segment(&uri), request).await)
}

async fn ok(State(flow): State<PurchaseFlow>, uri: Uri, headers: HeaderMap) -> Response {
    let request = page_request(&uri, &headers);
    respond(flow.landing(Landing::Ok, request).await)
}

async fn fail(State(flow): State<PurchaseFlow>, uri: Uri, headers: HeaderMap) -> Response {
    let request = page_request(&uri, &headers);
    respond(flow.landing(Landing::Fail, request).await)
}

async fn ok_posted(State(flow): State<PurchaseFlow>, uri: Uri, headers: HeaderMap) -> Response {
    respond(flow.landing_posted(Landing::Ok, page_request(&uri, &headers)))
}

async fn fail_posted(State(flow): State<PurchaseFlow>, uri: Uri, headers: HeaderMap) -> Response {
    respond(flow.landing_posted(Landing::Fail, page_request(&uri, &headers)))
}

async fn order_state(State(flow): State<PurchaseFlow>, uri: Uri) -> Response {
    respond(flow.order_state(last_segment(&uri)).await)
}

/// The order id as it was sent. Order ids need no percent-encoding, so nothing is decoded.
fn last_segment(uri: &Uri) -> &str {
    uri.path().rsplit('/').next().unwrap_or_default()
}

fn page_request<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> PageRequest<'a> {
    PageRequest {
        query: uri.query(),
        accept_language: bytes(headers, ACCEPT_LANGUAGE),
    }
}

fn bytes(headers: &HeaderMap, name: HeaderName) -> Option<&[u8]> {
    headers.get(name).map(HeaderValue::as_bytes)
}

/// Reads a body within the flow's own limits, whatever the application's are.
pub(super) async fn read(body: Body) -> Result<Bytes, FlowResponse> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(FlowResponse::too_large());
    }
    match timeout(BODY_DEADLINE, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(FlowResponse::too_large()),
        Ok(Err(_)) => Err(FlowResponse::broken_body()),
        Err(_elapsed) => Err(FlowResponse::too_slow()),
    }
}

/// The same answer in axum's type.
pub(super) fn respond(answer: FlowResponse) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap_or_else(|_| {
        // The flow promises valid statuses and headers; a broken promise must not look like success.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
