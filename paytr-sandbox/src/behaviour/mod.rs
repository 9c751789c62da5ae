//! What the sandbox does, and how it knows that PayTR does the same. `GET /_sandbox/behaviours` and
//! `/_sandbox/behaviours.json` show the table to people and to machines.

mod evidence;
mod money;
mod pages;
mod payments;

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};

use crate::html;
use crate::shared::Shared;
use crate::texts::Texts;

pub use evidence::{Behaviour, Evidence};

/// Every behaviour, grouped by what it belongs to: an endpoint, by its path, or a topic.
pub fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    let groups = [
        payments::PAYMENTS,
        pages::PAGES,
        payments::NOTIFICATIONS,
        money::MONEY,
        money::REPORTS,
        pages::LINKS,
        money::PLATFORM,
    ];
    groups.into_iter().flatten()
}

/// The whole table as Markdown, as the documentation of this crate shows it.
#[must_use]
pub fn behaviours_as_markdown() -> String {
    let mut text = String::from("| of | behaviour | evidence |\n|---|---|---|\n");
    for row in behaviours() {
        let of = if row.of.starts_with('/') {
            format!("`{}`", row.of)
        } else {
            row.of.to_owned()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {of} | {} | {} |", row.what, row.evidence);
    }
    text
}

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
        .route("/_sandbox/behaviours.json", get(as_json))
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

async fn as_json() -> Json<Vec<&'static Behaviour>> {
    Json(behaviours().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::paths;

    #[test]
    fn every_endpoint_says_how_it_knows_its_fields_its_token_and_its_refusals() {
        for path in paths() {
            let rows: Vec<_> = behaviours().filter(|row| row.of == path).collect();
            assert!(rows.len() >= 3, "{path} has {} rows", rows.len());
            let names_token = rows.iter().any(|row| row.what.contains("token"));
            assert!(names_token, "{path} says nothing of its token");
        }
    }

    #[test]
    fn every_path_of_the_table_is_an_endpoint() {
        for row in behaviours().filter(|row| row.of.starts_with('/')) {
            assert!(paths().any(|path| path == row.of), "{}", row.of);
        }
    }

    #[test]
    fn no_row_is_there_twice() {
        let mut seen = std::collections::HashSet::new();
        for row in behaviours() {
            assert!(seen.insert((row.of, row.what)), "{}: {}", row.of, row.what);
        }
    }

    /// The documentation includes the file. `UPDATE_DOCS=1` writes it anew.
    #[test]
    fn the_documented_table_is_the_one_in_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/behaviours.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, behaviours_as_markdown()).unwrap();
        }
        let documented = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            documented,
            behaviours_as_markdown(),
            "run this test with UPDATE_DOCS=1"
        );
    }
}
