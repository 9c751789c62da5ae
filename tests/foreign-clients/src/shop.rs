//! A shop that takes notifications for a client in another language.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::net::TcpListener;

/// A shop that answers every notification with `OK` and writes its body down.
#[derive(Debug)]
pub struct Shop {
    url: String,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    /// Opens one on loopback. It lives as long as the runtime.
    ///
    /// # Errors
    ///
    /// No port of this machine can be listened at.
    pub async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/paytr/callback", listener.local_addr()?);
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let routes = Router::new()
            .route("/paytr/callback", post(write_down))
            .route("/bodies", get(tell))
            .with_state(Arc::clone(&bodies));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, bodies })
    }

    /// Its notification URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where a script reads the bodies of all notifications so far, as JSON.
    #[must_use]
    pub fn bodies_url(&self) -> String {
        self.url.replace("/paytr/callback", "/bodies")
    }

    /// The bodies of all notifications so far, as they were posted.
    #[must_use]
    pub fn bodies(&self) -> Vec<String> {
        let bodies = self.bodies.lock();
        bodies.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn write_down(State(bodies): State<Arc<Mutex<Vec<String>>>>, body: Bytes) -> &'static str {
    let body = String::from_utf8_lossy(&body).into_owned();
    bodies
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(body);
    "OK"
}

/// What it was told, for a test in another language.
async fn tell(State(bodies): State<Arc<Mutex<Vec<String>>>>) -> Json<Vec<String>> {
    Json(
        bodies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone(),
    )
}
