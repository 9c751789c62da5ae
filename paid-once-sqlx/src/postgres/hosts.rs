//! Which servers a URL names, and how one that takes writes is found among them.

use std::convert::Infallible;
use std::future::pending;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{Connection as _, Error, PgPool, Row as _};
use tokio::time::{sleep, timeout};

/// A parameter of the URL for a pooler that gives a server connection to each transaction anew. The name is the
/// one that other libraries use.
const POOLER: &str = "pgbouncer=";

/// Longer than a connection takes to one that is there.
const LOOK_AFTER: Duration = Duration::from_millis(200);

/// One server, or several of which one takes writes at a time: a primary and its standbys.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    each: Arc<[PgConnectOptions]>,
    /// How long one of them may take to connect.
    patience: Duration,
    found: Arc<Found>,
}

/// What is known of the one that takes writes.
#[derive(Debug)]
struct Found {
    /// The one that did last.
    host: AtomicUsize,
    /// When another one was found, in milliseconds after `start`; 0 for never.
    changed: AtomicU64,
    start: Instant,
    /// The shop's pool, which follows.
    pool: OnceLock<PgPool>,
}

impl Hosts {
    /// The servers of a URL, `postgres://user:password@one,two:5433/database`, and whether it names a pooler.
    pub(super) fn parse(url: &str) -> sqlx::Result<(Vec<PgConnectOptions>, bool)> {
        let (url, pooler) = without_pooler(url);
        let urls = one_each(&url);
        let each: sqlx::Result<Vec<PgConnectOptions>> =
            urls.iter().map(|url| url.parse()).collect();
        Ok((each?, pooler))
    }

    /// These servers, which have `acquire_timeout` to connect all together.
    pub(super) fn new(each: Vec<PgConnectOptions>, acquire_timeout: Duration) -> Self {
        let count = u32::try_from(each.len()).unwrap_or(u32::MAX).max(1);
        Self {
            each: each.into(),
            patience: acquire_timeout / count,
            found: Arc::new(Found {
                host: AtomicUsize::new(0),
                changed: AtomicU64::new(0),
                start: Instant::now(),
                pool: OnceLock::new(),
            }),
        }
    }

    /// Other options for each of them.
    pub(super) fn map(&self, change: impl Fn(PgConnectOptions) -> PgConnectOptions) -> Self {
        Self {
            each: self.each.iter().cloned().map(change).collect(),
            ..self.clone()
        }
    }

    /// The options of the one that took writes last.
    pub(super) fn last(&self) -> PgConnectOptions {
        let host = self.found.host.load(Ordering::Relaxed);
        let options = self.each.get(host).or_else(|| self.each.first());
        options.cloned().unwrap_or_default()
    }

    /// From now on this pool connects to where the writes go.
    pub(super) fn followed_by(&self, pool: &PgPool) {
        // The first ledger on these hosts has set it.
        let _ = self.found.pool.set(pool.clone());
    }

    /// Whether a connection of this age may be one to a server that takes no writes any more.
    pub(super) fn is_outdated(&self, age: Duration) -> bool {
        let changed = self.found.changed.load(Ordering::Relaxed);
        changed > 0
            && self.found.start.elapsed().saturating_sub(age) < Duration::from_millis(changed)
    }

    /// Connects to the server that takes writes, and asks once. A pooler answers for the server until the first
    /// question, and lets that wait until a connection is free: here the time limit of connecting covers it.
    pub(super) async fn connect(&self) -> sqlx::Result<PgConnection> {
        let first = self.found.host.load(Ordering::Relaxed);
        let mut cause = Error::PoolTimedOut;
        for step in 0..self.each.len() {
            let host = (first + step) % self.each.len();
            let Some(options) = self.each.get(host) else {
                continue;
            };
            let connecting = timeout(self.patience, self.connect_to(options)).await;
            match connecting.unwrap_or(Err(Error::PoolTimedOut)) {
                Ok(connection) => {
                    if step > 0 {
                        self.is_now(host, options);
                    }
                    return Ok(connection);
                }
                Err(failed) if step == 0 => cause = failed,
                Err(failed) => {
                    tracing::debug!(cause = %failed, "a server of the URL was not reached, or takes no writes");
                    // That one takes no writes says less than that the other is down.
                    if !matches!(failed, Error::Configuration(_)) {
                        cause = failed;
                    }
                }
            }
        }
        Err(cause)
    }

    /// Looks again and again for the one that takes writes, so that the shop's pool finds it: a pool goes on trying one
    /// that is gone. Never ends; with one server there is nothing to look for.
    pub(super) async fn look_around(&self) -> Infallible {
        if self.each.len() < 2 {
            return pending().await;
        }
        loop {
            sleep(LOOK_AFTER).await;
            if let Ok(connection) = self.connect().await {
                // It is closed either way; this tells the server.
                let _ = connection.close().await;
            }
        }
    }

    async fn connect_to(&self, options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
        let mut connection = PgConnection::connect_with(options).await?;
        if self.each.len() > 1 {
            takes_writes(&mut connection).await?;
        } else {
            connection.ping().await?;
        }
        Ok(connection)
    }

    fn is_now(&self, host: usize, options: &PgConnectOptions) {
        if self.found.host.swap(host, Ordering::Relaxed) == host {
            return;
        }
        let since = u64::try_from(self.found.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.found.changed.store(since.max(1), Ordering::Relaxed);
        if let Some(pool) = self.found.pool.get() {
            pool.set_connect_options(options.clone());
        }
        tracing::warn!(
            host = options.get_host(),
            port = options.get_port(),
            "another PostgreSQL server takes the writes now"
        );
    }
}

/// An error unless writes are possible: a standby refuses them.
async fn takes_writes(connection: &mut PgConnection) -> sqlx::Result<()> {
    let rows: Vec<PgRow> = sqlx::raw_sql("SELECT pg_is_in_recovery()")
        .fetch_all(connection)
        .await?;
    let is_standby: Option<bool> = rows.first().map(|row| row.try_get(0)).transpose()?;
    if is_standby == Some(true) {
        return Err(Error::Configuration("the server is a standby".into()));
    }
    Ok(())
}

/// The URL without the parameter that names a pooler, and whether it says that there is one.
fn without_pooler(url: &str) -> (String, bool) {
    let Some((before, parameters)) = url.split_once('?') else {
        return (url.to_owned(), false);
    };
    let (pooler, others): (Vec<_>, Vec<_>) = parameters
        .split('&')
        .partition(|one| one.starts_with(POOLER));
    let is_on = pooler.iter().any(|one| one.ends_with("=true"));
    if others.is_empty() {
        return (before.to_owned(), is_on);
    }
    (format!("{before}?{}", others.join("&")), is_on)
}

/// A URL for each of the hosts that stand in one, separated by commas, as libpq has it.
fn one_each(url: &str) -> Vec<String> {
    let authority_at = url.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = url.split_at(authority_at);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, hosts) = match authority.rfind('@') {
        Some(at) => authority.split_at(at + 1),
        None => ("", authority),
    };
    hosts
        .split(',')
        .map(|host| format!("{scheme}{user}{host}{path}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;

    #[test]
    fn a_url_names_one_server_or_several() {
        let one = "postgres://shop:p%40ss@db/orders?sslmode=disable";
        assert_eq!(one_each(one), [one]);
        let several = "postgres://shop:p%40ss@a,b:5433,[::1]:5434/orders?sslmode=disable";
        let expected = ["a", "b:5433", "[::1]:5434"]
            .map(|host| format!("postgres://shop:p%40ss@{host}/orders?sslmode=disable"));
        assert_eq!(one_each(several), expected);
        let bare = "postgres://a,b";
        assert_eq!(one_each(bare), ["postgres://a", "postgres://b"]);
        let (each, pooler) = Hosts::parse(several).unwrap();
        assert_eq!(each.len(), 3);
        assert!(each.iter().all(|options| options.get_username() == "shop"));
        assert!(!pooler);
    }

    #[test]
    fn the_parameter_of_a_pooler_is_taken_out() {
        let url = "postgres://db/orders";
        for (parameters, left) in [
            ("?pgbouncer=true", ""),
            ("?pgbouncer=true&sslmode=disable", "?sslmode=disable"),
            ("?sslmode=disable&pgbouncer=true", "?sslmode=disable"),
        ] {
            let found = without_pooler(&format!("{url}{parameters}"));
            assert_eq!(found, (format!("{url}{left}"), true));
        }
        for (parameters, left) in [
            ("", ""),
            ("?sslmode=disable", "?sslmode=disable"),
            ("?pgbouncer=false", ""),
        ] {
            let found = without_pooler(&format!("{url}{parameters}"));
            assert_eq!(found, (format!("{url}{left}"), false));
        }
    }

    #[test]
    fn a_connection_from_before_the_change_is_outdated() {
        let options = Hosts::parse("postgres://a,b/orders").unwrap().0;
        let hosts = Hosts::new(options.clone(), Duration::from_secs(4));
        assert_eq!(hosts.patience, Duration::from_secs(2));
        assert!(!hosts.is_outdated(Duration::from_hours(1)));
        hosts.is_now(1, &options[1]);
        assert_eq!(hosts.last().get_host(), "b");
        assert!(hosts.is_outdated(Duration::from_hours(1)));
        std::thread::sleep(Duration::from_millis(3));
        assert!(!hosts.is_outdated(Duration::ZERO));
    }
}
