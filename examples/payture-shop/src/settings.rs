//! Settings, all from the environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use payture::{Currency, Environment, Terminal};

/// How the shop runs.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `SHOP_ADDR`: where it listens. Default `127.0.0.1:3000`.
    pub(crate) address: SocketAddr,
    /// `SHOP_PUBLIC_URL`: how browsers reach it. Default: the address it listens on.
    pub(crate) public_url: Option<String>,
    /// `DATABASE_URL`: `sqlite:PATH`. Default `sqlite:payture-shop.db`.
    pub(crate) database: PathBuf,
    /// `SHOP_HANDLER_DELAY_MS`: how long the payment handler waits before it books. Default 0.
    pub(crate) handler_delay: Duration,
    /// `SHOP_HANDLER_TIMEOUT_MS`: how long the payment handler may run. Default 30000.
    pub(crate) handler_timeout: Duration,
    /// `SHOP_LEASE_MS`: how long a claim holds when its process dies. Default 60000.
    pub(crate) lease_for: Duration,
    /// `SHOP_RECONCILE_MS`: how often the orders that are due are taken, and Payture is asked about them.
    /// Default 15000.
    pub(crate) reconcile_every: Duration,
    /// `PAYTURE_HOST`, `PAYTURE_KEY`, `PAYTURE_PASSWORD`: the terminal. None of them: a fake Payture is
    /// started beside the shop. `PAYTURE_HOST` is the name of an environment, such as `sandbox3`, or an
    /// origin. The catalogue is in lira, so the terminal must be.
    pub(crate) terminal: Option<Terminal>,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// A message that names the variable and says what to change.
    pub(crate) fn from_env() -> Result<Self> {
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let address = variable("SHOP_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let milliseconds = |name: &str, default: u64| -> Result<Duration> {
            let value = variable(name).map(|text| text.parse()).transpose();
            let value = value.with_context(|| format!("{name} is a number of milliseconds"))?;
            Ok(Duration::from_millis(value.unwrap_or(default)))
        };
        Ok(Self {
            address: address
                .parse()
                .context("SHOP_ADDR is an address and a port, such as 127.0.0.1:3000")?,
            public_url: variable("SHOP_PUBLIC_URL"),
            database: database(variable("DATABASE_URL").as_deref())?,
            handler_delay: milliseconds("SHOP_HANDLER_DELAY_MS", 0)?,
            handler_timeout: milliseconds("SHOP_HANDLER_TIMEOUT_MS", 30_000)?,
            lease_for: milliseconds("SHOP_LEASE_MS", 60_000)?,
            reconcile_every: milliseconds("SHOP_RECONCILE_MS", 15_000)?,
            terminal: terminal(variable)?,
        })
    }
}

fn database(url: Option<&str>) -> Result<PathBuf> {
    let path = url
        .unwrap_or("sqlite:payture-shop.db")
        .strip_prefix("sqlite:");
    match path {
        // Both sqlite:PATH and the URL spelling sqlite:///PATH are in use.
        Some(path) if !path.is_empty() => Ok(path.strip_prefix("//").unwrap_or(path).into()),
        _ => bail!("DATABASE_URL is sqlite:PATH"),
    }
}

fn terminal(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Terminal>> {
    const NAMES: [&str; 3] = ["PAYTURE_HOST", "PAYTURE_KEY", "PAYTURE_PASSWORD"];
    match NAMES.map(variable) {
        [None, None, None] => Ok(None),
        [Some(host), Some(key), Some(password)] => {
            let environment = if host.contains("://") {
                Environment::at(&host)
            } else {
                Environment::named(&host)
            };
            let environment = environment.context("PAYTURE_HOST is wrong")?;
            let terminal = Terminal::new(environment, key, password, Currency::TRY);
            Ok(Some(
                terminal.context("PAYTURE_KEY or PAYTURE_PASSWORD is wrong")?,
            ))
        }
        _ => bail!(
            "set all of {} to use Payture, or none of them",
            NAMES.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: [(&str, &str); 3] = [
        ("PAYTURE_HOST", "sandbox3"),
        ("PAYTURE_KEY", "Merchant"),
        ("PAYTURE_PASSWORD", "pA5s7word"),
    ];

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        Settings::read(&|name| {
            let mut values = variables.iter().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_fake_and_a_file() {
        let settings = read(&[]).unwrap();
        assert!(settings.terminal.is_none());
        assert_eq!(settings.database, PathBuf::from("payture-shop.db"));
        assert_eq!(settings.address.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn all_three_of_the_terminal_or_none() {
        let terminal = read(&REAL).unwrap().terminal.unwrap();
        assert_eq!(terminal.environment(), &Environment::sandbox());
        assert!(read(&REAL[..2]).is_err());
        assert!(read(&REAL[1..]).is_err());
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_name_and_never_shows_the_password() {
        for (name, value) in [
            ("SHOP_ADDR", "everywhere"),
            ("DATABASE_URL", "mysql://localhost"),
            ("DATABASE_URL", "sqlite:"),
            ("SHOP_HANDLER_DELAY_MS", "1s"),
            ("SHOP_LEASE_MS", "-1"),
            ("SHOP_RECONCILE_MS", "often"),
            ("PAYTURE_HOST", "http://secure.payture.com"),
            ("PAYTURE_HOST", "Secure Host"),
            ("PAYTURE_KEY", "Merchant;"),
            ("PAYTURE_PASSWORD", "pA5s7word "),
        ] {
            let variables: Vec<_> = [(name, value)].into_iter().chain(REAL).collect();
            let error = format!("{:?}", read(&variables).unwrap_err());
            assert!(error.contains(name), "{name}={value}: {error}");
            assert!(!error.contains("pA5s7word"), "{error}");
        }
    }
}
