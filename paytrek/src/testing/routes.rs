//! The fake's server: who may call, what is written down, what goes wrong.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::calls::{ApiCall, ApiReply, answer};
use super::state::Shared;
use super::{Fault, SeenRequest, pages, steering};

/// Longer than any client of a test waits.
const SILENCE: Duration = Duration::from_secs(30);

pub(super) fn serve(shared: &Arc<Shared>, listener: TcpListener, stop: CancellationToken) {
    let app = Router::new()
        .route("/api/v2/{*path}", any(api))
        .merge(pages::routes())
        .merge(steering::routes())
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .with_state(Arc::clone(shared));
    tokio::spawn(async move {
        let serving = axum::serve(listener, app).into_future();
        tokio::select! {
            // Connections end with the task; nobody waits for a fake.
            () = stop.cancelled() => {}
            ended = serving => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the fake stopped listening");
                }
            }
        }
    });
}

async fn api(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1024 * 1024).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let path = head.uri.path();
    let inner = path.strip_prefix("/api/v2/").unwrap_or(path);
    let Some(inner) = inner.strip_suffix('/') else {
        let slashed = format!("{path}/");
        return (StatusCode::MOVED_PERMANENTLY, [(LOCATION, slashed)]).into_response();
    };
    let call = ApiCall {
        method: head.method.as_str(),
        path: inner.split('/').collect(),
        query: head.uri.query().unwrap_or(""),
        body: &body,
    };
    let (number, fault) = note(&shared, &call, &head.uri.to_string());
    if let Some(refusal) = refuse_strangers(&shared, &head.headers) {
        shared.state().answered(number, refusal.status);
        return respond(refusal);
    }
    let works = fault.is_none_or(Fault::works);
    let reply = works.then(|| answer(&mut shared.state(), &call));
    match (fault, reply) {
        (None, Some(reply)) => {
            shared.state().answered(number, reply.status);
            respond(reply)
        }
        (fault, _) => wrong(fault).await,
    }
}

/// Writes a call down, and takes the fault that waits for it. The number is the call's.
fn note(shared: &Shared, call: &ApiCall<'_>, path: &str) -> (usize, Option<Fault>) {
    let mut state = shared.state();
    let resource = call.path.first().copied().unwrap_or("");
    state.requests.push(SeenRequest {
        method: call.method.to_owned(),
        resource: resource.to_owned(),
        path: path.to_owned(),
        body: String::from_utf8_lossy(call.body).into_owned(),
        status: None,
    });
    let waiting = state.faults.iter().position(|(name, _)| name == resource);
    let fault = waiting.map(|waiting| state.faults.remove(waiting).1);
    (state.requests.len() - 1, fault)
}

fn refuse_strangers(shared: &Shared, headers: &HeaderMap) -> Option<ApiReply> {
    let is = |name, value: &str| headers.get(name).is_some_and(|found| found == value);
    if !is(AUTHORIZATION, shared.credentials.authorization()) {
        return Some(ApiReply::refused(401, "Invalid username/password."));
    }
    if !is(CONTENT_TYPE, "application/json") {
        return Some(ApiReply::refused(415, "Unsupported media type in request."));
    }
    None
}

fn respond(reply: ApiReply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match reply.body {
        Some(body) => (status, axum::Json(body)).into_response(),
        None => status.into_response(),
    }
}

async fn wrong(fault: Option<Fault>) -> Response {
    match fault {
        Some(Fault::LoseAnswer) => {
            let pieces = [Ok(Bytes::from_static(b"{\"succ")), Err("the line is cut")];
            Body::from_stream(stream::iter(pieces)).into_response()
        }
        Some(Fault::GatewayError) => (StatusCode::BAD_GATEWAY, "bad gateway").into_response(),
        Some(Fault::AnswerWithHtml) => axum::response::Html("<html>busy</html>").into_response(),
        Some(Fault::Redirect) => (
            StatusCode::FOUND,
            [(LOCATION, "https://elsewhere.example/")],
        )
            .into_response(),
        Some(Fault::Silence) => {
            tokio::time::sleep(SILENCE).await;
            StatusCode::OK.into_response()
        }
        Some(Fault::Refuse) | None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
