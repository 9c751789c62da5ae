//! The configuration: one TOML file, and secrets from the environment or from files beside it.

mod check;
mod database;
mod file;
mod merchant;
mod problem;
mod return_address;
mod secret;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use paytr_core::client::BaseUrl;
use paytr_flow::TrustedProxies;

pub(crate) use database::DatabaseUrl;
pub(crate) use merchant::{AppSettings, MerchantSettings, is_loopback};
pub use problem::ConfigError;
pub(crate) use return_address::ReturnAddresses;
pub(crate) use secret::Secret;

/// A configuration that was checked. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) public_url: String,
    pub(crate) database: DatabaseUrl,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) paytr: BaseUrl,
    pub(crate) times: Times,
    pub(crate) merchants: Vec<MerchantSettings>,
}

/// How long things take.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    pub(crate) database: Duration,
    pub(crate) drain: Duration,
    pub(crate) inquire_every: Duration,
    pub(crate) inquire_after: Duration,
    pub(crate) give_up_unpaid_after: Duration,
    pub(crate) retry_first: Duration,
    pub(crate) retry_longest: Duration,
    /// `None`: for ever.
    pub(crate) keep_settled_for: Option<Duration>,
}

impl Settings {
    /// Reads the file at `path`, and the secrets that it names.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: everything that is wrong, each with the path of the field and what to change.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let what = format!("{error}: name the configuration with --config");
            ConfigError::new(path.display().to_string(), what)
        })?;
        Self::parse(&text, &|name| std::env::var(name).ok())
    }

    /// Checks the text of a configuration. `variable` answers for the environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn parse(
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let file = toml::from_str(text).map_err(|error| {
            // The parser's own display shows the line, in which a secret may stand by mistake.
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            ConfigError::new(format!("line {line}"), error.message())
        })?;
        check::check(file, variable)
    }

    /// Where it listens for PayTR, for the app and for buyers.
    #[must_use]
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// One line for each merchant: its name, its id, where PayTR posts its notifications, and the app's address.
    /// No secret.
    pub fn summary(&self) -> impl Iterator<Item = String> {
        self.merchants.iter().map(|merchant| {
            let (name, id) = (&merchant.name, merchant.keyring.merchant_id());
            let mut app = merchant.app.url.clone();
            // A token may stand there.
            app.set_query(None);
            let url = &self.public_url;
            format!("{name}: merchant {id}, Bildirim URL {url}/callback/{name}, app {app}")
        })
    }
}
