//! From what is written to what holds.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use paytr_core::client::BaseUrl;
use paytr_flow::TrustedProxies;
use url::Url;

use super::file::{File, TimesOfFile};
use super::merchant::Reader;
use super::problem::Problems;
use super::{ConfigError, DatabaseUrl, MerchantSettings, Settings, Times};

pub(super) fn check(
    file: File,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Settings, ConfigError> {
    let mut problems = Problems::default();
    let listen = address(&mut problems, "listen", file.listen.as_deref());
    let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let metrics_listen = address(
        &mut problems,
        "metrics_listen",
        file.metrics_listen.as_deref(),
    );
    let public_url = problems.take("public_url", public_url(&file.public_url));
    let database = match &file.database {
        Some(source) => {
            let url = problems.take("database", source.read(variable));
            url.and_then(|url| problems.take("database", DatabaseUrl::read(&url)))
        }
        None => Some(DatabaseUrl::default_file()),
    };
    let proxies = TrustedProxies::new(file.trusted_proxies.iter().map(String::as_str));
    let trusted_proxies = problems.take("trusted_proxies", proxies);
    let paytr = file
        .paytr_url
        .as_deref()
        .map_or(Ok(BaseUrl::default()), BaseUrl::new);
    let paytr = problems.take("paytr_url", paytr);
    let times = times(&mut problems, &file.times);

    if file.merchants.is_empty() {
        problems.add("merchant", "there is none: add a table [[merchant]]");
    }
    let mut merchants = Vec::new();
    for (number, merchant) in file.merchants.into_iter().enumerate() {
        let reader = Reader {
            path: format!("merchant[{number}]"),
            variable,
            problems: &mut problems,
        };
        merchants.extend(reader.merchant(merchant));
    }
    told_apart(&mut problems, &merchants);
    if let Some(error) = problems.into_error() {
        return Err(error);
    }
    let (Some(public_url), Some(database), Some(trusted_proxies), Some(paytr)) =
        (public_url, database, trusted_proxies, paytr)
    else {
        return Err(ConfigError::new("configuration", "it cannot be read"));
    };
    Ok(Settings {
        listen,
        metrics_listen,
        public_url,
        database,
        trusted_proxies,
        paytr,
        times,
        merchants,
    })
}

fn address(problems: &mut Problems, field: &str, text: Option<&str>) -> Option<SocketAddr> {
    let address = text?.parse::<SocketAddr>();
    let rule = "it is an address and a port, such as 127.0.0.1:8080";
    problems.take(field, address.map_err(|_| rule))
}

/// Scheme, host, port and path, without a slash at the end.
fn public_url(text: &str) -> Result<String, &'static str> {
    const RULE: &str = "it is the address by which PayTR and browsers reach the relay, such as https://pay.example";
    let url = Url::parse(text).map_err(|_| RULE)?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let bare = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !is_web || !bare || !anonymous {
        return Err(RULE);
    }
    let origin = url.origin().ascii_serialization();
    Ok(format!("{origin}{}", url.path().trim_end_matches('/')))
}

/// The shortest time for which settled orders can be kept: much longer than PayTR is known to repeat a notification.
const SHORTEST_KEPT: Duration = Duration::from_hours(30 * 24);

fn times(problems: &mut Problems, file: &TimesOfFile) -> Times {
    const HOUR: u64 = 60;
    let minutes = Duration::from_mins;
    let or = |time: Option<super::file::Time>, default| time.map_or(default, |time| time.0);
    let times = Times {
        database: or(file.database, Duration::from_secs(10)),
        drain: or(file.drain, Duration::from_secs(40)),
        inquire_every: or(file.inquire_every, minutes(1)),
        inquire_after: or(file.inquire_after, minutes(5)),
        give_up_unpaid_after: or(file.give_up_unpaid_after, minutes(7 * 24 * HOUR)),
        retry_first: or(file.retry_first, minutes(1)),
        retry_longest: or(file.retry_longest, minutes(HOUR)),
        keep_settled_for: file.keep_settled_for.map(|time| time.0),
    };
    if times.database > minutes(1) {
        problems.add("times.database", "at most 1m");
    }
    if times.retry_longest < times.retry_first {
        problems.add("times.retry_longest", "it is at least times.retry_first");
    }
    if times.retry_longest > minutes(24 * HOUR) {
        problems.add("times.retry_longest", "at most 24h: a buyer waits");
    }
    if times
        .keep_settled_for
        .is_some_and(|time| time < SHORTEST_KEPT)
    {
        let rule =
            "at least 30d: a repeated notification of a forgotten order is not known as repeated";
        problems.add("times.keep_settled_for", rule);
    }
    times
}

/// No two merchants may have one name, one id or one token.
fn told_apart(problems: &mut Problems, merchants: &[MerchantSettings]) {
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for (number, merchant) in merchants.iter().enumerate() {
        let (name, id) = (&merchant.name, merchant.keyring.merchant_id());
        if !names.insert(name) {
            problems.add("merchant", format!("two have the name {name}: rename one"));
        }
        if !ids.insert(id.to_string()) {
            let what = format!(
                "two have the merchant_id {id}: keep one, and put other keys into old_keys"
            );
            problems.add("merchant", what);
        }
        let mut before = merchants.iter().take(number);
        if let Some(other) = before.find(|other| other.api_tokens.meets(&merchant.api_tokens)) {
            let what = format!("{} and {name} share a token: give each its own", other.name);
            problems.add("merchant", what);
        }
    }
}
