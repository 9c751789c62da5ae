//! What a client says to PayTR's host: TLS with the certificate of this run, and the sandbox behind it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::connection::{Front, HEAD_DEADLINE};

const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(30);

/// Serves the tunnel as soon as the client has read that it has one.
pub(super) fn open(front: Arc<Front>, request: Request<Incoming>) {
    let tasks = front.shared.tasks.clone();
    tasks.spawn(async move {
        let stream = tokio::select! {
            () = front.shared.stop.cancelled() => return,
            stream = hyper::upgrade::on(request) => stream,
        };
        match stream {
            Ok(stream) => serve(&front, stream).await,
            Err(error) => tracing::debug!(%error, "a tunnel was not opened"),
        }
    });
}

/// Until the client has had enough, or until the sandbox stops and what is under way is answered.
async fn serve(front: &Front, stream: Upgraded) {
    let handshake = TlsAcceptor::from(Arc::clone(&front.tls)).accept(TokioIo::new(stream));
    let handshake = timeout(HANDSHAKE_DEADLINE, handshake);
    let handshake = tokio::select! {
        () = front.shared.stop.cancelled() => return,
        done = handshake => done,
    };
    let stream = match handshake {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            tracing::warn!(
                %error,
                "a client of the proxy ended the TLS handshake: most likely it does not trust the CA of this run"
            );
            return;
        }
        Err(_) => return,
    };
    let service = TowerToHyperService::new(front.app.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = front.shared.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a tunnel broke");
    }
}
