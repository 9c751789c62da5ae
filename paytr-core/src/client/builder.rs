use std::time::Duration;

use paid_once_http::ClientBuildError;

use super::transport::Inspector;
use super::transport::Timeout;
use super::{BaseUrl, InspectedReply, PaytrClient};
use crate::Credentials;

/// Makes a [`PaytrClient`].
#[derive(Debug)]
#[must_use = "a client is made by build()"]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: BaseUrl,
    connect_timeout: Duration,
    total_timeout: Option<Duration>,
    http: Option<reqwest::Client>,
    inspector: Inspector,
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            base_url: BaseUrl::default(),
            connect_timeout: Duration::from_secs(5),
            total_timeout: None,
            http: None,
            inspector: Inspector::default(),
        }
    }

    /// Sends requests somewhere else, such as a sandbox on loopback.
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// How long connecting may take. Default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long every request may take with its whole reply. Default: what its endpoint says, see
    /// [`Endpoint::TIMEOUT`](crate::api::Endpoint::TIMEOUT): 90 s for refunds, reports and
    /// charges of stored cards, 20 s for the rest.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Uses this HTTP client as it is, for proxies or other roots of trust. Its own limits hold then;
    /// it must not follow redirects.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Shows every reply to `look` as it came, before it is read: for tools that print PayTR's own
    /// answer. Replies hold tokens and personal data, so log none of them.
    pub fn inspect_replies(
        mut self,
        look: impl Fn(&InspectedReply<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.inspector = Inspector::new(look);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn build(self) -> Result<PaytrClient, ClientBuildError> {
        let (http, timeout) = match self.http {
            Some(http) => (http, Timeout::OfHttpClient),
            None => (
                paid_once_http::client(self.connect_timeout, None, self.base_url.is_loopback())?,
                self.total_timeout
                    .map_or(Timeout::OfEndpoint, Timeout::Always),
            ),
        };
        Ok(PaytrClient {
            http,
            timeout,
            base_url: self.base_url,
            credentials: self.credentials,
            inspector: self.inspector,
        })
    }
}
