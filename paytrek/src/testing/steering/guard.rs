//! Keeps other web sites from steering the fake through the browser of whoever runs it.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Url;

/// Refuses what a page of another origin changes, and requests for a name that is not this machine's: a foreign
/// name that was made to point here would make its site the fake's own origin. Programs send no such headers.
pub(super) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    match refusal(&request) {
        Some((status, text)) => (status, text).into_response(),
        None => next.run(request).await,
    }
}

fn refusal(request: &Request) -> Option<(StatusCode, &'static str)> {
    let header = |name: HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    let host = header(HOST);
    if !host.is_none_or(is_this_machine) {
        let text = "use http://127.0.0.1 or http://localhost";
        return Some((StatusCode::MISDIRECTED_REQUEST, text));
    }
    if request.method().is_safe() {
        return None;
    }
    let is_same = match header(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == b"same-origin" || site == b"none",
        None => match header(ORIGIN) {
            Some(origin) => host.is_some() && origin.strip_prefix(b"http://") == host,
            None => true,
        },
    };
    let text = "this request comes from another site";
    (!is_same).then_some((StatusCode::FORBIDDEN, text))
}

fn is_this_machine(host: &[u8]) -> bool {
    let text = std::str::from_utf8(host).unwrap_or_default();
    let url = Url::parse(&format!("http://{text}/"));
    url.is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}
