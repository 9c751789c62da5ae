//! The relay on hyper's connections, until the process is asked to stop.
//!
//! `axum::serve` has no time limit for the head of a request, and it drops a request whose sender has closed its own
//! side of the connection and waits for the answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

/// How long the head of a request may take, from the first byte or from when a kept connection is idle.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long a stopping relay waits for connections. A payment whose connection is cut here is still handled:
/// `Relay::drain` waits for it.
const CONNECTIONS_DEADLINE: Duration = Duration::from_secs(10);

/// Serves until `stop` ends, and then until no connection is busy, but not for ever. `app` is asked with each
/// request, so that a change of the configuration holds on connections that are open already.
pub(crate) async fn until(
    stop: impl Future<Output = ()>,
    listener: TcpListener,
    app: impl Fn() -> Router + Clone + Send + 'static,
) {
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors, most likely: there will be some again.
            sleep(Duration::from_secs(1)).await;
            continue;
        };
        // A small answer must not wait for another one.
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let service = service_fn(move |request| answer(app(), peer, request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_DEADLINE)
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        // What ends a connection early is the client's doing; the layer handles the payment all the same.
        tokio::spawn(connections.watch(connection));
    }
    drop(listener);
    if timeout(CONNECTIONS_DEADLINE, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopping, though some connections are still busy");
    }
}

async fn answer(
    app: Router,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    app.oneshot(request.map(Body::new)).await
}
