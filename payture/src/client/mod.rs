//! Sends commands to Payture.

mod look;
mod transport;

use std::fmt;
use std::time::Duration;

pub use look::Known;
pub use paid_once_http::{ClientBuildError, ReplyBody};
pub use transport::PaytureError;

use transport::Body;

use crate::answer::AnswerError;
use crate::commands::Command;
use crate::commands::order::GetState;
use crate::commands::receipts::ReceiptCommand;
use crate::replies::{OrderStatus, PageUrlError, Session};
use crate::values::OrderId;
use crate::{Interface, Terminal};

/// A client of Payture.
///
/// TLS by rustls; no redirects; connecting takes at most 5 s and a whole request 60 s by default, longer
/// than the gateway's own time limits. Only questions are repeated, twice at most, with growing pauses
/// and jitter. A command that changes anything is sent once.
///
/// Cheap to clone; all clones share their connections.
///
/// ```no_run
/// use payture::commands::inpay::Init;
/// use payture::{Currency, Environment, Money, OrderId, PaytureClient, Terminal};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let terminal = Terminal::new(Environment::sandbox(), "MyTerminal", "pA5s7word", Currency::RUB)?;
/// let client = PaytureClient::new(terminal)?;
/// let order = OrderId::random(); // store it before this line
/// let session = client.send(&Init::pay(order, Money::new(12_480, Currency::RUB))).await?;
/// println!("send the browser to {}", client.page_url(&session)?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PaytureClient {
    http: reqwest::Client,
    terminal: Terminal,
}

impl PaytureClient {
    /// A client with the default settings.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn new(terminal: Terminal) -> Result<Self, ClientBuildError> {
        Self::builder(terminal).build()
    }

    /// A client with other settings.
    pub fn builder(terminal: Terminal) -> ClientBuilder {
        ClientBuilder::new(terminal)
    }

    /// The terminal whose commands it sends.
    #[must_use]
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The same client for another terminal: eWallet merchants have several.
    #[must_use]
    pub fn with_terminal(&self, terminal: Terminal) -> Self {
        Self {
            http: self.http.clone(),
            terminal,
        }
    }

    /// Sends a command.
    ///
    /// # Errors
    ///
    /// [`PaytureError`]. Where [`must_look_first`](PaytureError::must_look_first) says so, ask for the
    /// order's state before anything else; [`send_or_look`](Self::send_or_look) does that.
    pub async fn send<C: Command + Sync>(&self, command: &C) -> Result<C::Reply, PaytureError> {
        let form = command.form(&self.terminal)?;
        let url = self.terminal.environment().join(&command.path());
        let body = Body::Form(form.to_urlencoded());
        let reply = transport::post(&self.http, &url, body, command.effect()).await?;
        command
            .decode(&self.terminal, &reply.body)
            .map_err(|error| match error {
                AnswerError::Refused(refusal) => PaytureError::Refused(refusal),
                AnswerError::Undecodable(cause) => PaytureError::undecodable(&reply, cause),
            })
    }

    /// Sends a command of `apicheque`.
    ///
    /// # Errors
    ///
    /// [`PaytureError`].
    pub async fn send_receipt<C>(&self, command: &C) -> Result<C::Reply, PaytureError>
    where
        C: ReceiptCommand + Sync,
    {
        let body = Body::Json(command.body(&self.terminal)?);
        let path = format!("/apicheque/{}", command.name());
        let url = self.terminal.environment().join(&path);
        let reply = transport::post(&self.http, &url, body, command.effect()).await?;
        command
            .decode(&reply.body)
            .map_err(|cause| PaytureError::undecodable(&reply, cause))
    }

    /// Asks how an order stands.
    ///
    /// # Errors
    ///
    /// [`PaytureError`].
    pub async fn state(
        &self,
        interface: Interface,
        order: &OrderId,
    ) -> Result<OrderStatus, PaytureError> {
        self.send(&GetState::new(interface, order.clone())).await
    }

    /// The address of a session's page.
    ///
    /// # Errors
    ///
    /// [`PageUrlError`] when the session's id is not what Payture documents.
    pub fn page_url(&self, session: &Session) -> Result<String, PageUrlError> {
        session.page_url(self.terminal.environment())
    }
}

impl fmt::Debug for PaytureClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaytureClient")
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}

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
    fn new(terminal: Terminal) -> Self {
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
            None => paid_once_http::client(
                self.connect_timeout,
                Some(self.total_timeout),
                self.terminal.environment().is_loopback(),
            )?,
        };
        Ok(PaytureClient {
            http,
            terminal: self.terminal,
        })
    }
}
