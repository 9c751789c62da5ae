use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::{self, Refusal};
use crate::courier::notify_url;
use crate::shared::Shared;
use crate::state::State as Known;

/// Where notifications go.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Urls {
    payment: Option<String>,
    eft: Option<String>,
    platform: Option<String>,
    link: Option<String>,
}

pub(super) fn urls_of(state: &Known) -> Urls {
    let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
    Urls {
        payment: text(&state.notify_url),
        eft: text(&state.interim_url),
        platform: text(&state.platform_url),
        link: text(&state.link_url),
    }
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/_sandbox/urls", get(show).put(set))
}

async fn show(State(shared): State<Arc<Shared>>) -> Json<Urls> {
    Json(shared.read(urls_of))
}

async fn set(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Urls>, Refusal> {
    let [payment, eft, platform, link] = read(&body)?;
    shared.set_urls(payment, eft, platform, link);
    Ok(show(State(shared)).await)
}

fn read(body: &[u8]) -> Result<[Option<Url>; 4], Refusal> {
    let urls: Urls = answer::read(body)?;
    let read = |text: Option<String>| {
        let url = text.as_deref().map(notify_url).transpose();
        url.map_err(|error| Refusal::unprocessable(error.to_string()))
    };
    Ok([
        read(urls.payment)?,
        read(urls.eft)?,
        read(urls.platform)?,
        read(urls.link)?,
    ])
}
