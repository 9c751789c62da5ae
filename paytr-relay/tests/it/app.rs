//! An app in any language: it verifies the signature, keeps the message, and answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::Value;
use shop_suite::eventually;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the app does with a message that it has kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Taken,
    Status(u16),
    Redirect,
    /// Keeps it, and never answers: as an app does that dies before its answer.
    Never,
}

/// One try of the relay.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) body: Value,
}

struct Kept {
    received: Mutex<Vec<Received>>,
    answers: Mutex<Answers>,
    secrets: Mutex<Vec<String>>,
}

/// The app. What it kept is there after it was down, as a database would have it.
pub(crate) struct App {
    kept: Arc<Kept>,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

impl App {
    pub(crate) async fn start(secret: &str) -> Self {
        let kept = Arc::new(Kept {
            received: Mutex::new(Vec::new()),
            answers: Mutex::new(Answers::Taken),
            secrets: Mutex::new(vec![secret.to_owned()]),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut app = Self {
            kept,
            address,
            server: None,
        };
        app.serve(listener);
        app
    }

    fn serve(&mut self, listener: TcpListener) {
        let router = Router::new()
            .route("/paid", post(paid))
            .route("/elsewhere", post(paid))
            .with_state(Arc::clone(&self.kept));
        let server = async move { axum::serve(listener, router).await.unwrap() };
        self.server = Some(tokio::spawn(server));
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/paid", self.address)
    }

    /// Nobody listens any more.
    pub(crate) async fn down(&mut self) {
        let server = self.server.take().expect("it is up");
        server.abort();
        let _ = server.await;
    }

    pub(crate) async fn up(&mut self) {
        let again = eventually("the port of the app is free again", async || {
            Ok(TcpListener::bind(self.address).await.ok())
        });
        let listener = again.await.unwrap();
        self.serve(listener);
    }

    pub(crate) fn answers(&self, answers: Answers) {
        *self.kept.answers.lock().unwrap() = answers;
    }

    pub(crate) fn also_accepts(&self, secret: &str) {
        self.kept.secrets.lock().unwrap().push(secret.to_owned());
    }

    pub(crate) fn forget(&self, secret: &str) {
        self.kept
            .secrets
            .lock()
            .unwrap()
            .retain(|known| known != secret);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.kept.received.lock().unwrap().clone()
    }

    /// Waits until so many tries have come.
    pub(crate) async fn tries(&self, count: usize) -> Vec<Received> {
        let what = format!("{count} tries");
        let tries = eventually(&what, async || {
            let received = self.received();
            Ok((received.len() >= count).then_some(received))
        });
        tries.await.unwrap()
    }

    /// What an app that keeps `webhook-id` has booked: the ids, each once.
    pub(crate) fn booked(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.received().into_iter().map(|one| one.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

async fn paid(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let id = header("webhook-id");
    let known = kept.secrets.lock().unwrap().clone();
    let is_signed = known.iter().any(|secret| {
        // The public library of Standard Webhooks decides, on the signature and on the time.
        let webhook = Webhook::new(secret).unwrap();
        webhook.verify(&body, &headers).is_ok()
    });
    if !is_signed {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    kept.received.lock().unwrap().push(Received {
        id,
        body: serde_json::from_slice(&body).unwrap(),
    });
    let answers = *kept.answers.lock().unwrap();
    match answers {
        Answers::Taken => StatusCode::NO_CONTENT.into_response(),
        Answers::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answers::Redirect => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response()
        }
        Answers::Never => std::future::pending().await,
    }
}
