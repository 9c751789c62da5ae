//! Requests beside the endpoints: an unknown path where PayTR's are, or another method. What PayTR answers
//! is not known; here it is JSON that names the nearest endpoint.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use super::{intake, paths};
use crate::html;
use crate::shared::Shared;

/// No route has this path.
pub(crate) async fn unknown_path(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
) -> Response {
    if is_paytrs(uri.path()) {
        return name_the_nearest(&shared, StatusCode::NOT_FOUND, &method, uri.path());
    }
    html::nothing_here(&uri)
}

/// A route has this path, and not this method.
pub(crate) async fn unknown_method(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
) -> Response {
    if is_paytrs(uri.path()) {
        return name_the_nearest(&shared, StatusCode::METHOD_NOT_ALLOWED, &method, uri.path());
    }
    let text = format!("paytr-sandbox: {} does not take {method}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, text).into_response()
}

fn is_paytrs(path: &str) -> bool {
    let mut parts = path.split('/');
    matches!(parts.nth(1), Some("odeme" | "rapor"))
}

fn name_the_nearest(shared: &Shared, status: StatusCode, method: &Method, path: &str) -> Response {
    let nearest = nearest(path);
    let reason = if nearest == path {
        format!("{path} takes POST, not {method}")
    } else {
        format!("{method} {path} is nothing of PayTR's; the nearest is POST {nearest}")
    };
    intake::keep(shared, path, |request| crate::state::KeptRequest {
        refused: Some(reason.clone()),
        ..request
    });
    (status, Json(intake::refusal(nearest, &reason))).into_response()
}

/// The endpoint whose path is the least different.
fn nearest(path: &str) -> &'static str {
    // Nobody's path is longer, and the comparison takes the square of it.
    let path: Vec<u8> = path.bytes().take(100).collect();
    let nearest = paths().min_by_key(|known| distance(known.as_bytes(), &path));
    nearest.unwrap_or("/odeme")
}

/// How many letters have to be put in, taken out or changed.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.iter().enumerate() {
        let mut next = vec![line + 1];
        let mut left = line + 1;
        for (pair, other) in row.windows(2).zip(to) {
            let [diagonal, above] = pair else { break };
            let changed = diagonal + usize::from(letter != other);
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_path_is_the_one_that_was_meant() {
        for (path, meant) in [
            ("/odeme/api/gettoken", "/odeme/api/get-token"),
            ("/odeme/api/get_token/", "/odeme/api/get-token"),
            ("/odeme/iade/", "/odeme/iade"),
            ("/odeme/durumsorgu", "/odeme/durum-sorgu"),
            ("/rapor/islem_dokumu", "/rapor/islem-dokumu"),
            ("/odeme/api/link/sms", "/odeme/api/link/send-sms"),
            ("/odeme/", "/odeme"),
        ] {
            assert_eq!(nearest(path), meant, "{path}");
        }
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"abc", b""), 3);
    }
}
