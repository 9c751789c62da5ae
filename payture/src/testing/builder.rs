use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::book::Book;
use super::server::{self, Shared};
use super::{FakePayture, FakeStartError, notifier};
use crate::values::random_guid;

/// Starts a [`FakePayture`].
#[must_use = "a fake is started by start()"]
pub struct FakeBuilder {
    terminals: BTreeMap<String, String>,
    notify_url: Option<String>,
    attempts: u32,
    pause: Duration,
    slow: Duration,
    back_after: Duration,
    port: u16,
}

impl FakeBuilder {
    pub(super) fn new() -> Self {
        Self {
            terminals: BTreeMap::new(),
            notify_url: None,
            attempts: 1,
            pause: Duration::from_mins(1),
            slow: Duration::from_secs(40),
            back_after: Duration::from_secs(3),
            port: 0,
        }
    }

    /// A terminal. Without any there is `Merchant` with a new random password.
    pub fn terminal(mut self, name: &str, password: &str) -> Self {
        self.terminals.insert(name.to_owned(), password.to_owned());
        self
    }

    /// Where notifications go. It may also be set later, with [`FakePayture::set_notify_url`]; until then
    /// none are sent.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = Some(url.into());
        self
    }

    /// How often a notification is sent until it is answered with 200, and the pause in between. Default:
    /// once, as Payture does unless its support sets it otherwise.
    pub fn retries(mut self, attempts: u32, pause: Duration) -> Self {
        self.attempts = attempts.max(1);
        self.pause = pause;
        self
    }

    /// How long the answers of the slow test cards take. Default 40 s.
    pub fn slow_answers_take(mut self, time: Duration) -> Self {
        self.slow = time;
        self
    }

    /// After how long a page that shows the result sends the browser back. Default 3 s.
    pub fn back_after(mut self, time: Duration) -> Self {
        self.back_after = time;
        self
    }

    /// Which port of 127.0.0.1 it listens at. Default 0: any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// [`FakeStartError`].
    pub async fn start(mut self) -> Result<FakePayture, FakeStartError> {
        let notify_url = self.notify_url.as_deref().map(notify_url).transpose()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address)
            .await
            .map_err(FakeStartError::Listen)?;
        let bound = listener.local_addr().map_err(FakeStartError::Listen)?;
        if self.terminals.is_empty() {
            self.terminals.insert("Merchant".to_owned(), random_guid());
        }
        let book = Book {
            terminals: self.terminals,
            base_url: format!("http://{bound}"),
            ..Book::default()
        };
        let shared = Arc::new(Shared {
            book: Mutex::new(book),
            notify_url: watch::Sender::new(notify_url),
            changed: watch::Sender::new(()),
            http: notifier::http_client()?,
            attempts: self.attempts,
            pause: self.pause,
            slow: self.slow,
            back_after: self.back_after,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        server::serve(&shared, listener);
        Ok(FakePayture::new(shared))
    }
}

impl fmt::Debug for FakeBuilder {
    /// Names of terminals only: a test may give a real password by mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeBuilder")
            .field("terminals", &self.terminals.keys())
            .field("notify_url", &self.notify_url)
            .finish_non_exhaustive()
    }
}

/// Reads the address of notifications.
pub(super) fn notify_url(text: &str) -> Result<Url, FakeStartError> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or(FakeStartError::NotifyUrl)
}
