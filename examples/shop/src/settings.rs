//! Settings, all from the environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use paytr_core::client::BaseUrl;
use paytr_core::paid_once::SurchargeLimit;
use paytr_core::{Credentials, Mode};
use paytr_flow::back_office::BasicGuard;
use paytr_flow::{PayLimit, TrustedProxies};

use crate::DatabaseUrl;
use crate::database::database_url;

/// How the shop runs.
#[derive(Debug)]
pub struct Settings {
    /// `SHOP_ADDR`: where it listens. Default `127.0.0.1:3000`.
    pub address: SocketAddr,
    /// `SHOP_PUBLIC_URL`: how browsers and PayTR reach it. Default: the address it listens on.
    pub public_url: Option<String>,
    /// `DATABASE_URL`: `memory:`, `sqlite:PATH`, `postgres://USER:PASSWORD@HOST/DATABASE`,
    /// `redis://USER:PASSWORD@HOST/NUMBER`, or Redis with sentinels or as a cluster: `redis+sentinel://`,
    /// `redis+cluster://`. Default `sqlite:paytr-shop.db`.
    pub database: DatabaseUrl,
    /// `SHOP_HANDLER_DELAY_MS`: how long the payment handler waits before it books. Default 0.
    pub handler_delay: Duration,
    /// `SHOP_HANDLER_TIMEOUT_MS`: how long the payment handler may run. Default 30000.
    pub handler_timeout: Duration,
    /// `SHOP_LEASE_MS`: how long a claim holds when its process dies. Default 60000. It must be longer than
    /// the handler's time by twice what one call of the database may take: see
    /// [`store_timeout`](Self::store_timeout).
    pub lease_for: Duration,
    /// `SHOP_RECONCILE_EVERY_MS`: how often the orders that are due are taken, and PayTR is asked about
    /// them. Default 60000.
    pub reconcile_every: Duration,
    /// `SHOP_RECONCILE_AFTER_MS`: how old an order must be before PayTR is asked about it. Default 300000.
    pub reconcile_after: Duration,
    /// `SHOP_ORDER_HORIZON_MS`: how old an order is when it is closed unpaid. Default 604800000, a week.
    pub order_horizon: Duration,
    /// `SHOP_TRUSTED_PROXIES`: the reverse proxies whose `X-Forwarded-For` is believed, with commas, such as
    /// `127.0.0.1,10.0.0.0/8`. Default: none.
    pub trusted_proxies: TrustedProxies,
    /// `SHOP_IPV4_FOR_IPV6_BUYERS`: the address that PayTR is told for buyers with an IPv6 address. Default:
    /// theirs.
    pub ipv4_for_ipv6: Option<Ipv4Addr>,
    /// `SHOP_PAY_LIMIT`: how many purchases one buyer may start in a minute, 0 for any number. Default: 20, for
    /// addresses of the internet.
    pub pay_limit_per_buyer: Option<PayLimit>,
    /// `SHOP_PAY_LIMIT_IN_ALL`: how many purchases all buyers of this process may start in a minute, 0 for any
    /// number. Default: any.
    pub pay_limit_in_all: Option<PayLimit>,
    /// `SHOP_LARGEST_SURCHARGE_PERCENT`: how much of the price instalments may cost on top, in whole percent; a
    /// total further above it waits for review. Default: it is below ten times the price.
    pub surcharge_limit: SurchargeLimit,
    /// `SHOP_ADMIN_PASSWORD`: mounts the back office, for the user `admin` with this password. Default: it
    /// is not mounted.
    pub admin: Option<BasicGuard>,
    /// `PAYTR_TEST_MODE`: `1` asks for test payments and books them as if they were paid, to try a
    /// store of PayTR without money. Default `0`: test payments are recorded for review, not booked.
    pub mode: Mode,
    /// `PAYTR_MERCHANT_ID`, `PAYTR_MERCHANT_KEY`, `PAYTR_MERCHANT_SALT`, `PAYTR_BASE_URL`.
    pub paytr: PaytrService,
}

/// Whom the shop asks for payment pages.
#[derive(Debug)]
pub enum PaytrService {
    /// The sandbox, started beside the shop.
    Sandbox,
    /// PayTR, or whatever listens at the base URL.
    Remote {
        /// The merchant.
        credentials: Credentials,
        /// Where requests go.
        base_url: BaseUrl,
    },
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// A message that names the variable and says what to change.
    pub fn from_env() -> Result<Self> {
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let address = variable("SHOP_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let database =
            variable("DATABASE_URL").unwrap_or_else(|| "sqlite:paytr-shop.db".to_owned());
        let milliseconds = |name: &str, default: u64| -> Result<Duration> {
            let value = variable(name).map(|text| text.parse()).transpose();
            let value = value.with_context(|| format!("{name} is a number of milliseconds"))?;
            Ok(Duration::from_millis(value.unwrap_or(default)))
        };
        let pay_limit = |name: &str| -> Result<Option<PayLimit>> {
            let count = variable(name).map(|text| text.parse()).transpose();
            let count = count.with_context(|| format!("{name} is a number of purchases"))?;
            Ok(count.map(|count| match count {
                0 => PayLimit::NONE,
                count => PayLimit::new(count, Duration::from_mins(1)),
            }))
        };
        Ok(Self {
            address: address
                .parse()
                .context("SHOP_ADDR is an address and a port, such as 127.0.0.1:3000")?,
            public_url: variable("SHOP_PUBLIC_URL"),
            database: database_url(&database)?,
            handler_delay: milliseconds("SHOP_HANDLER_DELAY_MS", 0)?,
            handler_timeout: milliseconds("SHOP_HANDLER_TIMEOUT_MS", 30_000)?,
            lease_for: milliseconds("SHOP_LEASE_MS", 60_000)?,
            reconcile_every: milliseconds("SHOP_RECONCILE_EVERY_MS", 60_000)?,
            reconcile_after: milliseconds("SHOP_RECONCILE_AFTER_MS", 300_000)?,
            order_horizon: milliseconds("SHOP_ORDER_HORIZON_MS", 7 * 86_400_000)?,
            trusted_proxies: variable("SHOP_TRUSTED_PROXIES")
                .unwrap_or_default()
                .parse()
                .context("SHOP_TRUSTED_PROXIES is wrong")?,
            ipv4_for_ipv6: variable("SHOP_IPV4_FOR_IPV6_BUYERS")
                .map(|text| text.parse())
                .transpose()
                .context("SHOP_IPV4_FOR_IPV6_BUYERS is an IPv4 address, such as 203.0.113.9")?,
            pay_limit_per_buyer: pay_limit("SHOP_PAY_LIMIT")?,
            pay_limit_in_all: pay_limit("SHOP_PAY_LIMIT_IN_ALL")?,
            surcharge_limit: variable("SHOP_LARGEST_SURCHARGE_PERCENT")
                .map(|text| text.parse().map(SurchargeLimit::percent))
                .transpose()
                .context("SHOP_LARGEST_SURCHARGE_PERCENT is a whole number, such as 60")?
                .unwrap_or_default(),
            admin: admin(variable("SHOP_ADMIN_PASSWORD").as_deref())?,
            mode: mode(variable("PAYTR_TEST_MODE").as_deref())?,
            paytr: paytr_service(variable)?,
        })
    }
}

impl Settings {
    /// How long one call of the database may take: what the lease leaves for two of them beside the
    /// handler, at most 10 s.
    #[must_use]
    pub fn store_timeout(&self) -> Duration {
        store_timeout(self.lease_for, self.handler_timeout)
    }
}

/// How long one call of the database may take: what the lease leaves for two of them beside the handler,
/// at most 10 s.
#[must_use]
pub fn store_timeout(lease_for: Duration, handler_timeout: Duration) -> Duration {
    let margin = lease_for.saturating_sub(handler_timeout);
    let most = (margin / 2).saturating_sub(Duration::from_millis(1));
    most.clamp(Duration::from_millis(1), Duration::from_secs(10))
}

fn admin(password: Option<&str>) -> Result<Option<BasicGuard>> {
    let guard = password.map(|password| BasicGuard::new("admin", password));
    guard.transpose().context("SHOP_ADMIN_PASSWORD is wrong")
}

fn mode(test_mode: Option<&str>) -> Result<Mode> {
    match test_mode {
        None | Some("0") => Ok(Mode::Live),
        Some("1") => Ok(Mode::Test),
        Some(_) => bail!("PAYTR_TEST_MODE is 0 or 1"),
    }
}

fn paytr_service(variable: &dyn Fn(&str) -> Option<String>) -> Result<PaytrService> {
    const NAMES: [&str; 3] = [
        "PAYTR_MERCHANT_ID",
        "PAYTR_MERCHANT_KEY",
        "PAYTR_MERCHANT_SALT",
    ];
    let base_url = variable("PAYTR_BASE_URL");
    match NAMES.map(variable) {
        [None, None, None] if base_url.is_none() => Ok(PaytrService::Sandbox),
        [None, None, None] => bail!(
            "PAYTR_BASE_URL is set without credentials: set {} too, or unset it to use the sandbox",
            NAMES.join(", ")
        ),
        [Some(id), Some(key), Some(salt)] => {
            let credentials = Credentials::new(id, key, salt)
                .context("PAYTR_MERCHANT_ID, PAYTR_MERCHANT_KEY or PAYTR_MERCHANT_SALT is wrong")?;
            let base_url = match base_url {
                Some(text) => BaseUrl::new(&text).context("PAYTR_BASE_URL is wrong")?,
                None => BaseUrl::default(),
            };
            Ok(PaytrService::Remote {
                credentials,
                base_url,
            })
        }
        _ => bail!(
            "set all of {} to use PayTR, or none of them to use the sandbox",
            NAMES.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        let variables: Vec<_> = variables.to_vec();
        Settings::read(&move |name| {
            let mut values = variables.iter().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| (*value).to_owned())
        })
    }

    const REAL: [(&str, &str); 3] = [
        ("PAYTR_MERCHANT_ID", "123456"),
        ("PAYTR_MERCHANT_KEY", "aB3dE6gH9jK2mN5p"),
        ("PAYTR_MERCHANT_SALT", "qR8sT1uV4wX7yZ0a"),
    ];

    #[test]
    fn nothing_set_is_the_sandbox_and_an_sqlite_file() {
        let settings = read(&[]).unwrap();
        assert!(matches!(settings.paytr, PaytrService::Sandbox));
        assert_eq!(
            settings.database,
            DatabaseUrl::Sqlite("paytr-shop.db".into())
        );
        assert_eq!(settings.address.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn the_database_gets_half_of_what_the_lease_leaves() {
        let with_lease = |lease| {
            read(&[
                ("SHOP_HANDLER_TIMEOUT_MS", "1000"),
                ("SHOP_LEASE_MS", lease),
            ])
            .unwrap()
            .store_timeout()
        };
        assert_eq!(read(&[]).unwrap().store_timeout(), Duration::from_secs(10));
        assert_eq!(with_lease("2000"), Duration::from_millis(499));
        // Such a lease is refused by the gate, which says what to change.
        assert_eq!(with_lease("1000"), Duration::from_millis(1));
        assert_eq!(with_lease("900"), Duration::from_millis(1));
    }

    #[test]
    fn all_three_credentials_or_none() {
        assert!(matches!(
            read(&REAL).unwrap().paytr,
            PaytrService::Remote { .. }
        ));
        assert!(read(&REAL[..2]).is_err());
        assert!(read(&[("PAYTR_BASE_URL", "http://127.0.0.1:1")]).is_err());
    }

    #[test]
    fn every_wrong_setting_is_refused_with_its_name() {
        let wrong = [
            ("SHOP_ADDR", "everywhere"),
            ("DATABASE_URL", "mysql://localhost"),
            ("DATABASE_URL", "sqlite:"),
            ("DATABASE_URL", "postgres:"),
            ("DATABASE_URL", "redis:"),
            ("DATABASE_URL", "redis://:secret@"),
            ("DATABASE_URL", "redis+ssh://:secret@localhost"),
            ("DATABASE_URL", "redis+cluster://:secret@"),
            ("DATABASE_URL", "postgres://shop:secret@"),
            ("DATABASE_URL", "postgres://shop:secret@127.0.0.1:port/shop"),
            ("SHOP_HANDLER_DELAY_MS", "1s"),
            ("SHOP_LEASE_MS", "-1"),
            ("SHOP_RECONCILE_EVERY_MS", "1m"),
            ("SHOP_RECONCILE_AFTER_MS", ""),
            ("SHOP_ORDER_HORIZON_MS", "1e9"),
            ("SHOP_TRUSTED_PROXIES", "nginx"),
            ("SHOP_TRUSTED_PROXIES", "0.0.0.0/0"),
            ("SHOP_IPV4_FOR_IPV6_BUYERS", "::1"),
            ("SHOP_PAY_LIMIT", "none"),
            ("SHOP_PAY_LIMIT_IN_ALL", "-1"),
            ("SHOP_LARGEST_SURCHARGE_PERCENT", "60%"),
            ("SHOP_LARGEST_SURCHARGE_PERCENT", "-1"),
            ("SHOP_ADMIN_PASSWORD", ""),
            ("SHOP_ADMIN_PASSWORD", "too-secret"),
            ("PAYTR_TEST_MODE", "yes"),
            ("PAYTR_MERCHANT_KEY", ""),
            ("PAYTR_MERCHANT_KEY", "YOUR_MERCHANT_KEY"),
            ("PAYTR_BASE_URL", "http://www.paytr.com"),
        ];
        for (name, value) in wrong {
            let variables: Vec<_> = [(name, value)].into_iter().chain(REAL).collect();
            let error = format!("{:#}", read(&variables).unwrap_err());
            assert!(error.contains(name), "{name}={value}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_password_of_the_database_is_not_shown() {
        let url = "postgres://shop:secret@db.example:5432/shop?password=secret&sslmode=require";
        let settings = read(&[("DATABASE_URL", url)]).unwrap();
        let shown = format!("{settings:?}");
        assert!(shown.contains("db.example:5432/shop"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
        let DatabaseUrl::Postgres(database) = settings.database else {
            panic!("{shown}");
        };
        assert_eq!(database.with_password(), url);

        let url = "postgres://shop:secret@one,two.example:5433,[::1]:5434/shop?password=secret";
        let settings = read(&[("DATABASE_URL", url)]).unwrap();
        let shown = format!("{settings:?}");
        let all = "(postgres://one,two.example:5433,[::1]:5434/shop)";
        assert!(shown.contains(all), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");

        let url =
            "rediss+sentinel://shop:secret@one,two.example:5000/main/1?sentinel_password=secret";
        let settings = read(&[("DATABASE_URL", url)]).unwrap();
        let shown = format!("{settings:?}");
        let all = "Redis(ServerUrl(rediss+sentinel://one,two.example:5000/main/1))";
        assert!(shown.contains(all), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");

        let url = "redis://shop:secret@db.example:6379/0";
        let settings = read(&[("DATABASE_URL", url)]).unwrap();
        let shown = format!("{settings:?}");
        assert!(
            shown.contains("Redis(ServerUrl(redis://db.example:6379/0))"),
            "{shown}"
        );
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn the_password_of_the_back_office_is_not_shown() {
        let settings = read(&[("SHOP_ADMIN_PASSWORD", "correct horse battery")]).unwrap();
        assert!(settings.admin.is_some());
        assert!(!format!("{settings:?}").contains("horse"));
        assert!(read(&[]).unwrap().admin.is_none());
    }

    #[test]
    fn a_refusal_never_shows_the_key() {
        let padded = [
            REAL[0],
            ("PAYTR_MERCHANT_KEY", "aB3dE6gH9jK2mN5p "),
            REAL[2],
        ];
        let error = format!("{:?}", read(&padded).unwrap_err());
        assert!(!error.contains("aB3dE6gH9jK2mN5p"), "{error}");
    }
}
