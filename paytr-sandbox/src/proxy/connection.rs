//! A connection to the proxy, before there is a tunnel: which requests get one, and what the others are told.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};

use super::{is_paytrs, tunnel};
use crate::shared::Shared;

/// How long the head of a request may take.
pub(super) const HEAD_DEADLINE: Duration = Duration::from_secs(30);

/// Where browsers are told which hosts go through the proxy.
pub(super) const AUTO_CONFIG: &str = "/proxy.pac";

const ONLY_PAYTR: ReasonPhrase =
    ReasonPhrase::from_static(b"paytr-sandbox leads to www.paytr.com only");

/// What all connections share.
pub(super) struct Front {
    pub(super) shared: Arc<Shared>,
    /// The sandbox itself.
    pub(super) app: Router,
    pub(super) tls: Arc<ServerConfig>,
    pub(super) sandbox_url: String,
    pub(super) address: SocketAddr,
}

pub(super) async fn accept_all(listener: TcpListener, front: Arc<Front>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: there will be some again.
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        // A small answer must not wait for another one.
        let _ = stream.set_nodelay(true);
        front.shared.spawn(serve(stream, Arc::clone(&front)));
    }
}

async fn serve(stream: TcpStream, front: Arc<Front>) {
    let service = service_fn(|request| {
        let answer = answer(&front, request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection to the proxy broke");
    }
}

/// Who asks for a tunnel to PayTR's host gets one. There is no way to any other host.
fn answer(front: &Arc<Front>, request: Request<Incoming>) -> Response<String> {
    if request.method() == Method::CONNECT {
        if leads_to_paytr(request.uri()) {
            tunnel::open(Arc::clone(front), request);
            return Response::new(String::new());
        }
        let mut refused = text(StatusCode::FORBIDDEN, refusal(request.uri()));
        // Clients show this and not the body.
        refused.extensions_mut().insert(ONLY_PAYTR);
        return refused;
    }
    match request.uri().host() {
        Some(host) if is_paytrs(host) => {
            let why = format!("paytr-sandbox: write https:// in place of http:// before {host}\n");
            text(StatusCode::FORBIDDEN, why)
        }
        Some(_) => text(StatusCode::FORBIDDEN, refusal(request.uri())),
        None if request.uri().path() == AUTO_CONFIG => auto_config(front.address),
        None => {
            let why = format!(
                "paytr-sandbox: this is its proxy, for HTTPS_PROXY and the like. Its pages are at {}/\n",
                front.sandbox_url
            );
            text(StatusCode::BAD_REQUEST, why)
        }
    }
}

fn leads_to_paytr(to: &Uri) -> bool {
    to.host().is_some_and(is_paytrs) && to.port_u16() == Some(443)
}

fn refusal(to: &Uri) -> String {
    let host = to.authority().map_or("that host", |host| host.as_str());
    format!(
        "paytr-sandbox: this proxy answers for https://www.paytr.com alone and leads nowhere else. Let {host} pass \
         it by: put its name into NO_PROXY, or give the proxy to the client of PayTR only\n"
    )
}

/// For a browser: PayTR's hosts go through the proxy, all others go where they always do.
fn auto_config(proxy: SocketAddr) -> Response<String> {
    let hosts = super::HOSTS.map(|host| format!("host === \"{host}\""));
    let script = format!(
        "function FindProxyForURL(url, host) {{\n  return {} ? \"PROXY {proxy}\" : \"DIRECT\";\n}}\n",
        hosts.join(" || ")
    );
    let mut response = text(StatusCode::OK, script);
    let kind = HeaderValue::from_static("application/x-ns-proxy-autoconfig");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn text(status: StatusCode, text: String) -> Response<String> {
    let mut response = Response::new(text);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    let sandbox = HeaderName::from_static("x-paytr-sandbox");
    headers.insert(sandbox, HeaderValue::from_static("not PayTR"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_leads_to_the_https_port_of_paytr_and_nowhere_else() {
        let leads = |to: &str| leads_to_paytr(&to.parse().unwrap());
        assert!(leads("www.paytr.com:443"));
        for wrong in [
            "www.paytr.com:80",
            "www.paytr.com:22",
            "www.paytr.com",
            "evil.example:443",
            "127.0.0.1:443",
            "www.paytr.com@evil.example:443",
        ] {
            assert!(!leads(wrong), "{wrong}");
        }
    }
}
