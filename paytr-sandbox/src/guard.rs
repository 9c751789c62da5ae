//! Keeps other web sites from using the sandbox through the developer's own browser.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::shared::Shared;

/// Refuses a state-changing request that a page of another origin makes. Requests without the headers
/// of a browser pass.
pub(crate) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && is_from_elsewhere(&request) {
        let text = "paytr-sandbox: this request comes from another site";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

fn is_from_elsewhere(request: &Request) -> bool {
    let header = |name: HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    if let Some(site) = header(HeaderName::from_static("sec-fetch-site")) {
        return site != b"same-origin" && site != b"none";
    }
    match (header(ORIGIN), header(HOST)) {
        (Some(origin), Some(host)) => origin.strip_prefix(b"http://") != Some(host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Refuses a request for a name that is not this machine's: a foreign name that was made to point
/// here would make its site the sandbox's own origin.
pub(crate) async fn refuse_foreign_names(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    if shared.any_host || host.is_none_or(is_this_machine) {
        return next.run(request).await;
    }
    let text = "paytr-sandbox: use http://127.0.0.1 or http://localhost";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

fn is_this_machine(host: &str) -> bool {
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in ["127.0.0.1:4000", "localhost", "[::1]:4000", "a.localhost:1"] {
            assert!(is_this_machine(good), "{good}");
        }
        for wrong in [
            "evil.example",
            "127.0.0.1.evil.example:4000",
            "10.0.0.1",
            "",
        ] {
            assert!(!is_this_machine(wrong), "{wrong}");
        }
    }
}
