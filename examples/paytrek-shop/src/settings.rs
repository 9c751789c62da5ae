//! Settings, all from the environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use paytrek::{Credentials, Host};

/// How the shop runs.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `SHOP_ADDR`: where it listens. Default `127.0.0.1:3000`.
    pub(crate) address: SocketAddr,
    /// `SHOP_PUBLIC_URL`: how browsers reach it. Default: the address it listens on.
    pub(crate) public_url: Option<String>,
    /// `DATABASE_URL`: `sqlite:PATH`. Default `sqlite:paytrek-shop.db`.
    pub(crate) database: PathBuf,
    /// `SHOP_HANDLER_DELAY_MS`: how long the payment handler waits before it books. Default 0.
    pub(crate) handler_delay: Duration,
    /// `SHOP_HANDLER_TIMEOUT_MS`: how long the payment handler may run. Default 30000.
    pub(crate) handler_timeout: Duration,
    /// `SHOP_LEASE_MS`: how long a claim holds when its process dies. Default 60000.
    pub(crate) lease_for: Duration,
    /// `SHOP_RECONCILE_MS`: how old an open order is when Paytrek is asked about it without the buyer.
    /// Default 20000.
    pub(crate) reconcile_after: Duration,
    /// `PAYTREK_HOST`, `PAYTREK_USERNAME`, `PAYTREK_PASSWORD`, `PAYTREK_TEST_MODE`.
    pub(crate) paytrek: PaytrekService,
}

/// Where sales are made.
#[derive(Debug)]
pub(crate) enum PaytrekService {
    /// The fake, started beside the shop. Its payments are booked.
    Fake,
    /// A real account, or whatever listens at the host.
    Remote {
        /// `PAYTREK_HOST`: `sandbox`, `turkey`, `international` or an origin.
        host: Host,
        /// `PAYTREK_USERNAME` is the `api_key`, `PAYTREK_PASSWORD` the `secret`.
        credentials: Credentials,
        /// `PAYTREK_TEST_MODE`.
        test_money: TestMoney,
    },
}

/// What becomes of payments that move no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestMoney {
    /// `0`, the default: they are recorded for review.
    RecordForReview,
    /// `1`: they are booked as if they were paid, to try the sandbox.
    Book,
}

impl Settings {
    /// Reads the environment.
    pub(crate) fn from_env() -> Result<Self> {
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let address = variable("SHOP_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let database =
            variable("DATABASE_URL").unwrap_or_else(|| "sqlite:paytrek-shop.db".to_owned());
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
            database: database_path(&database)?,
            handler_delay: milliseconds("SHOP_HANDLER_DELAY_MS", 0)?,
            handler_timeout: milliseconds("SHOP_HANDLER_TIMEOUT_MS", 30_000)?,
            lease_for: milliseconds("SHOP_LEASE_MS", 60_000)?,
            reconcile_after: milliseconds("SHOP_RECONCILE_MS", 20_000)?,
            paytrek: paytrek_service(variable)?,
        })
    }
}

fn database_path(text: &str) -> Result<PathBuf> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => {
            // Both sqlite:PATH and the URL spelling sqlite:///PATH are in use.
            Ok(path.strip_prefix("//").unwrap_or(path).into())
        }
        _ => bail!("DATABASE_URL is sqlite:PATH"),
    }
}

fn paytrek_service(variable: &dyn Fn(&str) -> Option<String>) -> Result<PaytrekService> {
    const NAMES: [&str; 3] = ["PAYTREK_HOST", "PAYTREK_USERNAME", "PAYTREK_PASSWORD"];
    let test_money = match variable("PAYTREK_TEST_MODE").as_deref() {
        None | Some("0") => TestMoney::RecordForReview,
        Some("1") => TestMoney::Book,
        Some(_) => bail!("PAYTREK_TEST_MODE is 0 or 1"),
    };
    match NAMES.map(variable) {
        [None, None, None] => Ok(PaytrekService::Fake),
        [Some(host), Some(api_key), Some(secret)] => Ok(PaytrekService::Remote {
            host: host.parse().context("PAYTREK_HOST is wrong")?,
            credentials: Credentials::new(api_key, secret)
                .context("PAYTREK_USERNAME or PAYTREK_PASSWORD is wrong")?,
            test_money,
        }),
        _ => bail!(
            "set all of {} to use Paytrek, or none of them to use the fake",
            NAMES.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        Settings::read(&|name| {
            let mut values = variables.iter().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| (*value).to_owned())
        })
    }

    const REAL: [(&str, &str); 3] = [
        ("PAYTREK_HOST", "turkey"),
        ("PAYTREK_USERNAME", "aB3dE6gH9jK2mN5p"),
        ("PAYTREK_PASSWORD", "qR8sT1uV4wX7yZ0a"),
    ];

    #[test]
    fn nothing_set_is_the_fake_and_an_sqlite_file() {
        let settings = read(&[]).unwrap();
        assert!(matches!(settings.paytrek, PaytrekService::Fake));
        assert_eq!(settings.database, PathBuf::from("paytrek-shop.db"));
        assert_eq!(settings.address.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn all_three_or_none() {
        let settings = read(&REAL).unwrap();
        let PaytrekService::Remote { host, .. } = settings.paytrek else {
            panic!("a real account")
        };
        assert_eq!(host, Host::turkey());
        assert!(read(&REAL[..2]).is_err());
        assert!(read(&REAL[1..]).is_err());
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_name_and_without_the_secret() {
        for (name, value) in [
            ("SHOP_ADDR", "everywhere"),
            ("DATABASE_URL", "mysql://localhost"),
            ("DATABASE_URL", "sqlite:"),
            ("SHOP_HANDLER_DELAY_MS", "1s"),
            ("SHOP_LEASE_MS", "-1"),
            ("SHOP_RECONCILE_MS", ""),
            ("PAYTREK_TEST_MODE", "yes"),
            ("PAYTREK_HOST", "http://secure.paytrek.com.tr"),
            ("PAYTREK_USERNAME", ""),
            ("PAYTREK_PASSWORD", "qR8sT1uV4wX7yZ0a "),
        ] {
            let variables: Vec<_> = [(name, value)].into_iter().chain(REAL).collect();
            let error = format!("{:?}", read(&variables).unwrap_err());
            assert!(error.contains(name), "{name}={value}: {error}");
            assert!(!error.contains("qR8sT1uV4wX7yZ0a"), "{error}");
        }
    }
}
