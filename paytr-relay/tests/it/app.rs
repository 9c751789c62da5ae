//! An app in any language: it verifies the signature, keeps the message, and answers.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use serde_json::Value;
use shop_suite::eventually;
use standardwebhooks::Webhook;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// What the app does with a message that it has kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Taken,
    Status(u16),
    /// With this status, to where a message would be taken.
    Redirect(u16),
    /// Keeps it, and never answers: as an app does that dies before its answer.
    Never,
}

/// Where the app stands still with a message, until it is let go on or dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    Nowhere,
    /// It has read the message, and kept nothing of it.
    BeforeItsEffect,
    /// It has kept the message, and answered nothing.
    BeforeItsAnswer,
}

/// One try of the relay.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) id: String,
    /// `webhook-timestamp`, in seconds since 1970.
    pub(crate) timestamp: i64,
    /// How many signatures it had.
    pub(crate) signatures: usize,
    pub(crate) body: Value,
}

impl Received {
    pub(crate) fn attempt(&self) -> u64 {
        self.body["data"]["attempt"].as_u64().unwrap()
    }
}

struct Kept {
    received: Mutex<Vec<Received>>,
    /// Messages that were not signed by a known secret.
    refused: Mutex<usize>,
    answers: Mutex<Answers>,
    secrets: Mutex<Vec<String>>,
    hold: watch::Sender<Hold>,
    /// How many messages stand still.
    held: watch::Sender<usize>,
}

/// The app. What it kept is there after it died, as a database would have it.
pub(crate) struct App {
    kept: Arc<Kept>,
    address: SocketAddr,
    /// All that the app is at. It is a process of its own as far as a relay can see: when it goes, its connections go.
    process: Option<Runtime>,
}

impl App {
    pub(crate) fn start(secret: &str) -> Self {
        let kept = Arc::new(Kept {
            received: Mutex::new(Vec::new()),
            refused: Mutex::new(0),
            answers: Mutex::new(Answers::Taken),
            secrets: Mutex::new(vec![secret.to_owned()]),
            hold: watch::Sender::new(Hold::Nowhere),
            held: watch::Sender::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut app = Self {
            kept,
            address,
            process: None,
        };
        app.serve(listener);
        app
    }

    fn serve(&mut self, listener: TcpListener) {
        let router = Router::new()
            .route("/paid", post(paid))
            .route("/elsewhere", any(|| async { StatusCode::NO_CONTENT }))
            .with_state(Arc::clone(&self.kept));
        listener.set_nonblocking(true).unwrap();
        let process = Runtime::new().unwrap();
        process.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        self.process = Some(process);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/paid", self.address)
    }

    /// It dies: nobody listens any more, and every connection is cut.
    pub(crate) fn die(&mut self) {
        let process = self.process.take().expect("it is up");
        process.shutdown_background();
    }

    pub(crate) async fn up(&mut self) {
        let again = eventually("the port of the app is free again", async || {
            Ok(TcpListener::bind(self.address).ok())
        });
        let listener = again.await.unwrap();
        self.serve(listener);
    }

    /// Messages stand still there from now on. Those that stood still elsewhere go on.
    pub(crate) fn hold(&self, hold: Hold) {
        self.kept.hold.send_replace(hold);
    }

    /// Waits until so many messages stand still.
    pub(crate) async fn holds(&self, count: usize) {
        let what = format!("the app holds {count} messages");
        let held = eventually(&what, async || {
            Ok((*self.kept.held.borrow() == count).then_some(()))
        });
        held.await.unwrap();
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

    /// The attempts of one order that it heard of.
    pub(crate) fn attempts(&self, oid: &str) -> Vec<u64> {
        let received = self.received().into_iter();
        let of_this = received.filter(|one| one.body["data"]["merchant_oid"] == *oid);
        of_this.map(|one| one.attempt()).collect()
    }

    /// How many messages it refused, since no secret that it knows had signed them.
    pub(crate) fn refused(&self) -> usize {
        *self.kept.refused.lock().unwrap()
    }

    /// What an app that keeps `webhook-id` has booked: the ids, each once. One that does not has booked all that it
    /// has [received](Self::received).
    pub(crate) fn booked(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.received().into_iter().map(|one| one.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A runtime must not end by itself in another one.
        if let Some(process) = self.process.take() {
            process.shutdown_background();
        }
    }
}

impl Kept {
    /// Stands still where the test says so. Whoever waits for the answer and hangs up ends it.
    async fn stands_still(&self, place: Hold) {
        struct Held<'a>(&'a watch::Sender<usize>);
        impl Drop for Held<'_> {
            fn drop(&mut self) {
                self.0.send_modify(|count| *count -= 1);
            }
        }
        let mut hold = self.hold.subscribe();
        if *hold.borrow() != place {
            return;
        }
        self.held.send_modify(|count| *count += 1);
        let stands_still = Held(&self.held);
        let _ = hold.wait_for(|now| *now != place).await;
        drop(stands_still);
    }
}

async fn paid(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let known = kept.secrets.lock().unwrap().clone();
    let is_signed = known.iter().any(|secret| {
        // The public library of Standard Webhooks decides, on the signature and on the time.
        let webhook = Webhook::new(secret).unwrap();
        webhook.verify(&body, &headers).is_ok()
    });
    if !is_signed {
        *kept.refused.lock().unwrap() += 1;
        return StatusCode::UNAUTHORIZED.into_response();
    }
    kept.stands_still(Hold::BeforeItsEffect).await;
    kept.received.lock().unwrap().push(Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signatures: header("webhook-signature").split(' ').count(),
        body: serde_json::from_slice(&body).unwrap(),
    });
    kept.stands_still(Hold::BeforeItsAnswer).await;
    let answers = *kept.answers.lock().unwrap();
    match answers {
        Answers::Taken => StatusCode::NO_CONTENT.into_response(),
        Answers::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answers::Redirect(status) => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [("location", "/elsewhere")]).into_response()
        }
        Answers::Never => std::future::pending().await,
    }
}
