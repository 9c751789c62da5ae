//! Listens, and what every request goes through first: other web sites are kept from using the sandbox
//! through the developer's own browser, and planned answers are slow.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use crate::proxy::ThroughProxy;
use crate::shared::Shared;
use crate::{
    Fault, behaviour, card_page, control, dashboard, eft_page, endpoints, html, link_page, proxy,
};

/// Serves until the sandbox stops.
pub(crate) fn serve(shared: &Arc<Shared>, listener: TcpListener, app: Router) {
    let stop = shared.stop.clone().cancelled_owned();
    shared.tasks.spawn(async move {
        let server = axum::serve(listener, app).with_graceful_shutdown(stop);
        if let Err(error) = server.await {
            tracing::error!(%error, "the sandbox stopped listening");
        }
    });
}

/// Servers call the first half with tokens; browsers use the second half, which is closed to other
/// sites.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let pages = Router::new()
        .merge(card_page::routes())
        .merge(eft_page::routes())
        .merge(link_page::routes())
        .merge(control::routes())
        .merge(html::assets())
        .merge(behaviour::routes())
        .merge(dashboard::routes())
        .layer(from_fn(refuse_other_sites));
    let slowly = from_fn_with_state(Arc::clone(&shared), answer_slowly);
    endpoints::routes(&shared)
        .layer(slowly)
        .merge(pages)
        .fallback(endpoints::unknown_path)
        .method_not_allowed_fallback(endpoints::unknown_method)
        .layer(DefaultBodyLimit::max(endpoints::MOST_OF_A_BODY))
        .layer(map_response(html::security_headers))
        .layer(from_fn_with_state(
            Arc::clone(&shared),
            refuse_foreign_names,
        ))
        .with_state(shared)
}

/// Refuses a state-changing request that a page of another origin makes. Requests without the headers
/// of a browser pass.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
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
    let scheme: &[u8] = if came_through_proxy(request) {
        b"https://"
    } else {
        b"http://"
    };
    match (header(ORIGIN), header(HOST)) {
        (Some(origin), Some(host)) => origin.strip_prefix(scheme) != Some(host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn came_through_proxy(request: &Request) -> bool {
    request.extensions().get::<ThroughProxy>().is_some()
}

/// Refuses a request for a name that is not this machine's: a foreign name that was made to point
/// here would make its site the sandbox's own origin. Through the proxy the names are PayTR's.
async fn refuse_foreign_names(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    if came_through_proxy(&request) {
        if host.is_some_and(is_paytrs_host) {
            return next.run(request).await;
        }
        let text = "paytr-sandbox: this proxy answers for www.paytr.com alone";
        return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    if shared.any_host || host.is_none_or(is_this_machine) {
        return next.run(request).await;
    }
    let text = "paytr-sandbox: use http://127.0.0.1 or http://localhost";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

/// Some clients write the port of https too.
fn is_paytrs_host(host: &str) -> bool {
    proxy::is_paytrs(host.strip_suffix(":443").unwrap_or(host))
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

/// Lets a planned request wait for its answer: what it does is done, and others may see it before the
/// answer comes.
async fn answer_slowly(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let faults = shared.faults.in_next_request();
    let response = next.run(request).await;
    for fault in faults {
        if let Fault::SlowAnswer { by } = fault {
            let now = shared.clock.now();
            let until = now.checked_add(by).unwrap_or(now);
            shared.clock.sleep_until(until).await;
        }
    }
    response
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
