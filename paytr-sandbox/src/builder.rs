use std::net::SocketAddr;
use std::time::Duration;

use paytr_core::Credentials;
use tokio::net::TcpListener;
use url::Url;

use crate::shared::Shared;
use crate::state::{Pace, State};
use crate::{Sandbox, StartError, notifier, random, server};

/// Starts a [`Sandbox`].
#[derive(Debug)]
#[must_use = "a sandbox is started by start()"]
pub struct SandboxBuilder {
    listen: String,
    beyond_loopback: bool,
    credentials: Option<Credentials>,
    notify_url: Option<String>,
    resend_every: Duration,
    max_attempts: u32,
    reply_timeout: Duration,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            beyond_loopback: false,
            credentials: None,
            notify_url: None,
            resend_every: Duration::from_secs(60),
            max_attempts: 60,
            reply_timeout: Duration::from_secs(15),
        }
    }

    /// Where to listen: a loopback address and a port, 0 for any free one. Default `127.0.0.1:0`.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self.beyond_loopback = false;
        self
    }

    /// Listens at an address that other machines can reach. Whoever reaches it can pay, resend and read
    /// every order: only for a network that you trust, such as one of containers.
    pub fn dangerously_listen_beyond_loopback(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self.beyond_loopback = true;
        self
    }

    /// The sandbox merchant. Default: id `000001` with a new random key and salt.
    ///
    /// The id must start with 0, as no real one does: real keys have no place in a sandbox.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Where notifications go. It may also be set later, with
    /// [`Sandbox::set_notify_url`]; until then they wait.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = Some(url.into());
        self
    }

    /// The pause before a notification is sent again. Default 60 s, as PayTR's English page says.
    pub fn resend_every(mut self, pause: Duration) -> Self {
        self.resend_every = pause;
        self
    }

    /// After how many attempts it gives up: "Bildirim Durdu". Default 60; PayTR's number is not known.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// How long the shop has to answer a notification. Default 15 s; PayTR's limit is not known.
    pub fn reply_timeout(mut self, timeout: Duration) -> Self {
        self.reply_timeout = timeout;
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// [`StartError`] when a setting is refused or the address cannot be listened at.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address: SocketAddr = match self.listen.parse() {
            Ok(address) => address,
            Err(_) => return Err(StartError::Address(self.listen)),
        };
        if !address.ip().is_loopback() && !self.beyond_loopback {
            return Err(StartError::NotLoopback(address));
        }
        if self.resend_every.is_zero() || self.max_attempts == 0 {
            return Err(StartError::Pace);
        }
        let credentials = match self.credentials {
            Some(given) => unissued(given)?,
            None => random::credentials()?,
        };
        let notify_url = self.notify_url.as_deref().map(notify_url).transpose()?;
        let pace = Pace {
            resend_every: self.resend_every,
            max_attempts: self.max_attempts,
        };
        let http = notifier::http_client(self.reply_timeout)?;
        let listen_error = |cause| StartError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let bound = listener.local_addr().map_err(listen_error)?;
        let state = State::new(credentials.clone(), notify_url);
        let shared = Shared::new(state, pace, http, self.beyond_loopback);
        server::serve(&shared, listener);
        Ok(Sandbox::new(shared, bound, credentials))
    }
}

/// Credentials that PayTR cannot have issued.
fn unissued(credentials: Credentials) -> Result<Credentials, StartError> {
    let merchant_id = credentials.merchant_id().as_str();
    if merchant_id.starts_with('0') {
        return Ok(credentials);
    }
    Err(StartError::RealMerchant(merchant_id.to_owned()))
}

/// Reads a notification URL.
pub(crate) fn notify_url(text: &str) -> Result<Url, StartError> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| StartError::NotifyUrl(text.to_owned()))
}
