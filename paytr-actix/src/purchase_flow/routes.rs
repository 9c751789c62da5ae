//! What each route does.

use actix_web::dev::Payload;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, X_FORWARDED_FOR,
};
use actix_web::http::{StatusCode, Uri};
use actix_web::{HttpRequest, HttpResponse, web};
use paytr_flow::{
    BODY_DEADLINE, FlowResponse, Landing, MAX_BODY, PageRequest, PayRequest, PurchaseFlow,
};

use crate::incoming::{self, BodyFault, content_length};
use crate::rejection::Unread;
use crate::reply::{plain_text, reply, status};

type Flow = web::Data<PurchaseFlow>;

/// Not by the extractor: the flow's handler is known here, so that one task takes the payment from the
/// claim to the settlement, whatever happens to the connection.
pub(super) async fn callback(
    flow: Flow,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let limits = flow.gate().limits();
    let mut payload = payload.into_inner();
    let body = match incoming::check_head(&request, limits) {
        Ok(()) => incoming::read(&mut payload, limits).await,
        Err(refused) => Err(refused),
    };
    match body {
        Ok(body) => reply(flow.receive(&body).await),
        Err(refused) => Unread::new(payload).stay_in(reply(refused)),
    }
}

pub(super) async fn pay(flow: Flow, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(peer) = request.peer_addr() else {
        let text = "POST pay needs the buyer's address: serve it on a TCP socket";
        return plain_text(StatusCode::INTERNAL_SERVER_ERROR, text);
    };
    let headers = request.headers();
    let mut payload = payload.into_inner();
    let body = match read(headers, &mut payload).await {
        Ok(body) => body,
        Err(refused) => return Unread::new(payload).stay_in(respond(refused)),
    };
    let forwarded_for = headers.get_all(X_FORWARDED_FOR).map(HeaderValue::as_bytes);
    let request = PayRequest {
        content_type: bytes(headers, CONTENT_TYPE),
        accept_language: bytes(headers, ACCEPT_LANGUAGE),
        client_ip: flow.client_ip(peer.ip(), forwarded_for),
        body: &body,
    };
    respond(flow.pay(request).await)
}

pub(super) async fn pay_page(flow: Flow, request: HttpRequest) -> HttpResponse {
    let oid = last_segment(request.uri());
    respond(flow.pay_page(oid, page_request(&request)).await)
}

pub(super) async fn ok(flow: Flow, request: HttpRequest) -> HttpResponse {
    respond(flow.landing(Landing::Ok, page_request(&request)).await)
}

pub(super) async fn fail(flow: Flow, request: HttpRequest) -> HttpResponse {
    respond(flow.landing(Landing::Fail, page_request(&request)).await)
}

pub(super) async fn ok_posted(flow: Flow, request: HttpRequest) -> HttpResponse {
    respond(flow.landing_posted(Landing::Ok, page_request(&request)))
}

pub(super) async fn fail_posted(flow: Flow, request: HttpRequest) -> HttpResponse {
    respond(flow.landing_posted(Landing::Fail, page_request(&request)))
}

pub(super) async fn order_state(flow: Flow, request: HttpRequest) -> HttpResponse {
    respond(flow.order_state(last_segment(request.uri())).await)
}

/// Reads a body within the flow's own limits.
pub(crate) async fn read(
    headers: &HeaderMap,
    payload: &mut Payload,
) -> Result<web::Bytes, FlowResponse> {
    if content_length(headers).is_some_and(|length| length > MAX_BODY as u64) {
        return Err(FlowResponse::too_large());
    }
    let body = incoming::read_within(payload, MAX_BODY, BODY_DEADLINE).await;
    body.map_err(|fault| match fault {
        BodyFault::TooLarge => FlowResponse::too_large(),
        BodyFault::TooSlow => FlowResponse::too_slow(),
        BodyFault::Broken => FlowResponse::broken_body(),
    })
}

/// The order id as it was sent. Order ids need no percent-encoding, so nothing is decoded.
fn last_segment(uri: &Uri) -> &str {
    uri.path().rsplit('/').next().unwrap_or_default()
}

fn page_request(request: &HttpRequest) -> PageRequest<'_> {
    PageRequest {
        query: request.uri().query(),
        accept_language: bytes(request.headers(), ACCEPT_LANGUAGE),
    }
}

fn bytes(headers: &HeaderMap, name: HeaderName) -> Option<&[u8]> {
    headers.get(name).map(HeaderValue::as_bytes)
}

/// The same answer in actix's type.
pub(crate) fn respond(answer: FlowResponse) -> HttpResponse {
    let mut response = HttpResponse::build(status(answer.status));
    for header in answer.headers {
        response.append_header(header);
    }
    // A header that is not one turns the answer into a 500: a broken promise does not look like success.
    response.body(answer.body)
}
