use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::state::Shared;
use super::{FakeError, FakePaytrek, Warning, routes};
use crate::{Credentials, Host};

/// What is told of every warning.
pub(super) type Listener = Box<dyn Fn(&Warning) + Send + Sync>;

/// Starts a [`FakePaytrek`].
#[must_use = "a fake is started by start()"]
pub struct FakeBuilder {
    port: u16,
    credentials: Option<Credentials>,
    on_warning: Listener,
}

impl FakeBuilder {
    pub(super) fn new() -> Self {
        Self {
            port: 0,
            credentials: None,
            on_warning: Box::new(|_| {}),
        }
    }

    /// Which port of 127.0.0.1 it listens at. Default 0: any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The credentials of the only merchant. Default: [`FakePaytrek::API_KEY`] and [`FakePaytrek::SECRET`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Calls this for each [`Warning`], before the call that it is about is answered. It must be quick, and
    /// must not ask the fake for anything.
    pub fn on_warning(mut self, listener: impl Fn(&Warning) + Send + Sync + 'static) -> Self {
        self.on_warning = Box::new(listener);
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// [`FakeError`] when it cannot listen: mostly because the port is taken.
    pub async fn start(self) -> Result<FakePaytrek, FakeError> {
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Credentials::new(FakePaytrek::API_KEY, FakePaytrek::SECRET)
                .map_err(FakeError::new)?,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address).await.map_err(FakeError::new)?;
        let address = listener.local_addr().map_err(FakeError::new)?;
        let host = Host::at(&format!("http://{address}")).map_err(FakeError::new)?;
        let shared = Arc::new(Shared::new(&host, credentials.clone(), self.on_warning));
        let stop = CancellationToken::new();
        routes::serve(&shared, listener, stop.clone());
        Ok(FakePaytrek::new(host, credentials, shared, stop))
    }
}

impl fmt::Debug for FakeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeBuilder")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
