//! `GET /_sandbox/behaviours` and `/_sandbox/behaviours.json`: the table for people and for machines.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};

use super::{Behaviour, Evidence, behaviours};
use crate::html;
use crate::shared::Shared;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "behaviours.html")]
struct BehavioursPage {
    t: &'static Texts,
    theme: &'static str,
    rows: Vec<Row>,
}

/// A row without the marks of Markdown.
struct Row {
    of: &'static str,
    what: String,
    evidence: Evidence,
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/behaviours", get(show))
        .route("/_sandbox/behaviours.json", get(json))
}

async fn show() -> Response {
    html::unframed_page(&BehavioursPage {
        t: &Texts::ENGLISH,
        theme: "",
        rows: behaviours().map(plain).collect(),
    })
}

fn plain(row: &Behaviour) -> Row {
    Row {
        of: row.of,
        what: row.what.replace('`', ""),
        evidence: row.evidence,
    }
}

async fn json() -> Json<Vec<&'static Behaviour>> {
    Json(behaviours().collect())
}
