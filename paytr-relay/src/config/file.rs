//! The configuration as it is written: one TOML file.

use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer};

use super::secret::SecretSource;

/// The whole file. What each key means is in `README.md`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Option<String>,
    pub(super) metrics_listen: Option<String>,
    pub(super) public_url: String,
    pub(super) database: Option<SecretSource>,
    #[serde(default)]
    pub(super) trusted_proxies: Vec<String>,
    pub(super) paytr_url: Option<String>,
    #[serde(default)]
    pub(super) times: TimesOfFile,
    #[serde(default, rename = "merchant")]
    pub(super) merchants: Vec<MerchantOfFile>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimesOfFile {
    pub(super) database: Option<Time>,
    pub(super) drain: Option<Time>,
    pub(super) inquire_every: Option<Time>,
    pub(super) inquire_after: Option<Time>,
    pub(super) give_up_unpaid_after: Option<Time>,
    pub(super) retry_first: Option<Time>,
    pub(super) retry_longest: Option<Time>,
    pub(super) keep_settled_for: Option<Time>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MerchantOfFile {
    pub(super) name: String,
    pub(super) merchant_id: String,
    pub(super) merchant_key: SecretSource,
    pub(super) merchant_salt: SecretSource,
    #[serde(default)]
    pub(super) old_keys: Vec<OldKeyOfFile>,
    pub(super) api_tokens: Option<Vec<SecretSource>>,
    pub(super) order_prefix: Option<String>,
    pub(super) link_prefix: Option<String>,
    pub(super) shop_url: Option<String>,
    #[serde(default)]
    pub(super) return_hosts: Vec<String>,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) test_mode: bool,
    pub(super) page_minutes: Option<u32>,
    pub(super) largest_surcharge_percent: Option<u32>,
    pub(super) orders_per_buyer_and_minute: Option<u32>,
    pub(super) ipv4_for_ipv6_buyers: Option<std::net::Ipv4Addr>,
    #[serde(default)]
    pub(super) keep_personal_data_of_transfers: bool,
    pub(super) app: AppOfFile,
    #[serde(default, rename = "operator")]
    pub(super) operators: Vec<OperatorOfFile>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OldKeyOfFile {
    pub(super) key: SecretSource,
    pub(super) salt: SecretSource,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppOfFile {
    pub(super) url: String,
    pub(super) secrets: Vec<SecretSource>,
    pub(super) timeout: Option<Time>,
    #[serde(default)]
    pub(super) private_network: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperatorOfFile {
    pub(super) name: String,
    pub(super) password: SecretSource,
}

/// A length of time in words: `500ms`, `15s`, `5m`, `168h`, `400d`. A day has 24 hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = text.parse::<jiff::Span>().ok();
        let time = time.and_then(|span| {
            span.to_duration(jiff::SpanRelativeTo::days_are_24_hours())
                .ok()
        });
        let time = time.and_then(|time| Duration::try_from(time).ok());
        let time = time.filter(|time| !time.is_zero());
        time.map(Self).ok_or_else(|| {
            de::Error::custom(
                "a time is a number and a unit, such as \"500ms\", \"15s\", \"5m\", \"168h\" or \"400d\"",
            )
        })
    }
}
