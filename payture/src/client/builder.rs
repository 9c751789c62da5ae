use std::time::Duration;

use paid_once::BoxError;

use super::PaytureClient;
use crate::Terminal;

/// Makes a [`PaytureClient`].
#[derive(Debug)]
#[must_use = "a client is made by build()"]
pub struct ClientBuilder {
    terminal: Terminal,
    connect_timeout: Duration,
    total_timeout: Duration,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    pub(super) fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_mins(1),
            http: None,
        }
    }

    /// How long connecting may take. Default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take with its whole answer. Default 60 s: the sandbox has cards that take
    /// 40 s.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Uses this HTTP client as it is, for proxies or other roots of trust. Its own limits hold then;
    /// it must not follow redirects and must not retry.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn build(self) -> Result<PaytureClient, ClientBuildError> {
        let http = match self.http {
            Some(http) => http,
            None => self.default_http_client()?,
        };
        Ok(PaytureClient {
            http,
            terminal: self.terminal,
        })
    }

    fn default_http_client(&self) -> Result<reqwest::Client, ClientBuildError> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .timeout(self.total_timeout);
        // A proxy named in the environment has no way to this machine's loopback.
        let builder = if self.terminal.environment().is_loopback() {
            builder.no_proxy()
        } else {
            builder
        };
        builder
            .build()
            .map_err(|error| ClientBuildError(error.into()))
    }
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct ClientBuildError(#[source] BoxError);
