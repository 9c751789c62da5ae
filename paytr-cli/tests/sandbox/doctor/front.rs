//! What stands in front of a shop, and handlers that spoil their `OK`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use paytr_axum::{Credentials, Keyring};
use paytr_core::PaymentCallback;

use crate::program::MERCHANT;
use crate::shop;

const HTML: &str = "text/html; charset=utf-8";

fn reply(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let kind = [(header::CONTENT_TYPE, content_type)];
    (status, kind, body.into()).into_response()
}

/// Says the same to every request, with a mark that changes each time, as a request id does.
pub(super) fn everything(status: u16, body: &'static str) -> String {
    let number = Arc::new(AtomicU64::new(0));
    let content_type = if body.contains('<') {
        HTML
    } else {
        "text/plain"
    };
    let answer = async move || {
        let id = number.fetch_add(1, Ordering::SeqCst);
        reply(
            status,
            content_type,
            body.replace("{id}", &format!("{id:016x}")),
        )
    };
    shop::serve(Router::new().fallback(any(answer)))
}

/// Says this to POST, and 405 to anything else.
pub(super) fn every_post(status: u16, body: &'static str) -> String {
    let answer = async move |method: Method| match method {
        Method::POST => reply(status, HTML, body),
        _ => reply(405, "text/plain", ""),
    };
    shop::serve(Router::new().fallback(any(answer)))
}

/// Checks the hash, and says this to a right one.
pub(super) fn handler(ok: &'static [u8], wrong: &'static [u8]) -> String {
    let answer = async move |body: Bytes| answer(&body, ok, wrong);
    shop::serve(Router::new().route("/paytr/callback", post(answer)))
}

/// A right handler, with a slash at the end of its path.
pub(super) fn with_slash() -> String {
    let answer = async move |body: Bytes| answer(&body, b"OK", b"bad hash");
    let url = shop::serve(Router::new().route("/paytr/callback/", post(answer)));
    format!("{url}/")
}

/// A right handler that takes no more than so many requests, and then says 429.
pub(super) fn limited(most: u64) -> String {
    let taken = Arc::new(AtomicU64::new(0));
    let answer = async move |method: Method, body: Bytes| {
        let before = taken.fetch_add(1, Ordering::SeqCst);
        match method {
            _ if before >= most => reply(429, "text/plain", "Too Many Requests"),
            Method::POST => answer(&body, b"OK", b"bad hash"),
            _ => reply(405, "text/plain", ""),
        }
    };
    let route = any(answer).layer(DefaultBodyLimit::disable());
    shop::serve(Router::new().fallback(route))
}

fn answer(body: &Bytes, ok: &'static [u8], wrong: &'static [u8]) -> Response {
    let [(_, id), (_, key), (_, salt)] = MERCHANT;
    let keyring = Keyring::new(Credentials::new(id, key, salt).unwrap());
    if body.len() > 16 * 1024 {
        return reply(413, "text/plain", "too large");
    }
    match PaymentCallback::verify(&keyring, body) {
        Ok(_) => reply(200, HTML, ok),
        Err(_) => reply(200, HTML, wrong),
    }
}
