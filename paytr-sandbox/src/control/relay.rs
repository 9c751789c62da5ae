//! For a shop that the sandbox cannot reach: a listener near the shop fetches the notifications,
//! forwards them, and gives back the shop's reply.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde::Deserialize;
use url::Url;

use super::answer::{self, Refusal};
use crate::relay::{Relayed, RelayedReply};
use crate::shared::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        // Not by GET: that a page of another origin could send, and it ends the stream of the listener before.
        .route("/_sandbox/relay", post(listen))
        .route("/_sandbox/relay/in/{kind}", post(take_in))
        .route("/_sandbox/relay/{id}", post(reply))
}

/// What a listener wants; `payment` when it does not say.
#[derive(Deserialize)]
struct Wanted {
    kinds: Option<String>,
}

/// Sends notifications to this listener from now on, one JSON object a line.
async fn listen(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Refusal> {
    let kinds = wanted.kinds.unwrap_or_else(|| "payment".to_owned());
    let kinds: Vec<&str> = kinds.split(',').collect();
    let [payment, eft, platform, link] = ["payment", "eft", "platform", "link"].map(|kind| {
        let own = format!("{}/_sandbox/relay/in/{kind}", shared.base_url);
        kinds
            .contains(&kind)
            .then(|| Url::parse(&own).ok())
            .flatten()
    });
    if [&payment, &eft, &platform, &link]
        .into_iter()
        .flatten()
        .count()
        != kinds.len()
    {
        let text = "kinds are payment, eft, platform and link, with commas";
        return Err(Refusal::unprocessable(text));
    }
    let notifications = shared.relay.listen();
    shared.add_urls(payment, eft, platform, link);
    let lines = stream::unfold(notifications, async |mut notifications| {
        let relayed: Relayed = notifications.recv().await?;
        let text = serde_json::to_string(&relayed).unwrap_or_default();
        Some((Ok::<_, Infallible>(text + "\n"), notifications))
    });
    let stop = shared.stop.clone();
    let lines = futures_util::StreamExt::take_until(lines, stop.cancelled_owned());
    let body = Body::from_stream(lines);
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

/// The sandbox's own notification comes in here and waits for the listener.
async fn take_in(
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    body: String,
) -> Response {
    let Some(reply) = shared.relay.send(kind, body) else {
        return nobody_listens();
    };
    let Ok(reply) = reply.await else {
        return nobody_listens();
    };
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, reply.body).into_response();
    if let Some(location) = reply.location.and_then(|location| location.parse().ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn nobody_listens() -> Response {
    let text = "paytr-sandbox: nobody listens at /_sandbox/relay";
    (StatusCode::BAD_GATEWAY, text).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyText {
    status: u16,
    /// For a redirect.
    location: Option<String>,
    body_base64: String,
}

/// The shop's reply to a relayed notification.
async fn reply(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let reply: ReplyText = answer::read(&body)?;
    let body = STANDARD
        .decode(&reply.body_base64)
        .map_err(|_| Refusal::unprocessable("body_base64 is not base64"))?;
    let reply = RelayedReply {
        status: reply.status,
        location: reply.location,
        body,
    };
    if shared.relay.reply(id, reply) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let text = "nobody waits for this reply: it came too late, or the id is wrong";
    Err(Refusal::new(StatusCode::NOT_FOUND, text))
}
