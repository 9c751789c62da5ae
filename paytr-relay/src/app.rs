//! The app of a merchant, as the relay reaches it.
//!
//! Only the address of the configuration is ever asked. No redirect is followed, no answer is read beyond its head,
//! and plain HTTP goes to this machine or to a private network.

use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use metrics::{counter, histogram};
use paytr_core::BoxError;
use paytr_core::paid_once::causes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::config::{AppSettings, is_loopback};
use crate::webhook::Message;

/// Messages to apps. Labels: `merchant`, `type`, `outcome` (`delivered`, `refused`, `unreachable`).
pub(crate) const DELIVERIES: &str = "paytr_relay_deliveries_total";
/// How long an app took for its answer, in seconds. Labels: `merchant`, `outcome`.
pub(crate) const DELIVERY_SECONDS: &str = "paytr_relay_delivery_seconds";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// One merchant's app.
pub(crate) struct App {
    http: reqwest::Client,
    settings: AppSettings,
    merchant: String,
}

/// Why a message is not delivered. It says nothing of the address, which may hold a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undelivered {
    #[error("the app answered {0}")]
    Refused(u16),
    #[error("the app could not be reached or did not answer in time")]
    Unreachable(#[source] reqwest::Error),
}

impl App {
    pub(crate) fn new(merchant: &str, settings: AppSettings) -> Result<Self, BoxError> {
        let timeout = settings.timeout;
        let is_plain = settings.url.scheme() == "http";
        let http = if is_plain && !is_loopback(&settings.url) {
            paid_once_http::builder()?
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(timeout)
                .no_proxy()
                .dns_resolver(PrivateOnly)
                .build()?
        } else {
            let connect = CONNECT_TIMEOUT.min(timeout);
            paid_once_http::client(connect, Some(timeout), is_plain)?
        };
        Ok(Self {
            http,
            settings,
            merchant: merchant.to_owned(),
        })
    }

    /// Sends a message once. Only a 2xx answer is a delivery.
    pub(crate) async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let started = Instant::now();
        let sent = self.send(message).await;
        let outcome = match &sent {
            Ok(()) => "delivered",
            Err(Undelivered::Refused(_)) => "refused",
            Err(Undelivered::Unreachable(_)) => "unreachable",
        };
        let merchant = || self.merchant.clone();
        counter!(DELIVERIES, "merchant" => merchant(), "type" => message.kind, "outcome" => outcome)
            .increment(1);
        histogram!(DELIVERY_SECONDS, "merchant" => merchant(), "outcome" => outcome)
            .record(started.elapsed());
        let (id, kind, oid) = (&*message.id, message.kind, message.merchant_oid.as_deref());
        let merchant = &*self.merchant;
        match &sent {
            Ok(()) => {
                tracing::info!(
                    merchant,
                    merchant_oid = oid,
                    kind,
                    webhook_id = id,
                    "delivered"
                );
            }
            Err(error) => {
                let cause = causes(error);
                tracing::warn!(
                    merchant,
                    merchant_oid = oid,
                    kind,
                    webhook_id = id,
                    cause,
                    "{error}"
                );
            }
        }
        sent
    }

    async fn send(&self, message: &Message) -> Result<(), Undelivered> {
        let now = jiff::Timestamp::now();
        let body = message.body(&self.merchant, now);
        let seconds = now.as_second();
        let signature = self.settings.signer.sign(&message.id, seconds, &body);
        let request = self
            .http
            .post(self.settings.url.clone())
            .header("content-type", "application/json")
            .header(
                "user-agent",
                concat!("paytr-relay/", env!("CARGO_PKG_VERSION")),
            )
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body);
        let answer = request.send().await;
        let answer = answer.map_err(|error| Undelivered::Unreachable(error.without_url()))?;
        // The head says all: the body is never read.
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(Undelivered::Refused(status.as_u16()))
        }
    }
}

/// Finds addresses of a private network or of this machine, and no others: what is sent in clear stays there.
struct PrivateOnly;

impl Resolve for PrivateOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|error| {
                format!("no private address of the app's name can be found: {error}")
            })?;
            let private: Vec<_> = found.filter(|found| is_private(found.ip())).collect();
            if private.is_empty() {
                return Err(
                    "plain http goes to private addresses only, and the name has none".into(),
                );
            }
            Ok(Box::new(private.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is of this machine or of a private network.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        // Not the link-local ones: a cloud's metadata service has such an address.
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address == Ipv6Addr::LOCALHOST || address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::webhook::{Signer, WebhookSecret};

    #[test]
    fn addresses_of_the_internet_are_not_private() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.9.9",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in [
            "8.8.8.8",
            "172.32.0.1",
            "169.254.169.254",
            "fe80::1",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "0.0.0.0",
            "::",
        ] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }

    /// A name that no DNS can have fails at once, without a question to any.
    #[tokio::test]
    async fn plain_http_to_a_name_asks_for_a_private_address() {
        let settings = |url: String| AppSettings {
            url: url.parse().unwrap(),
            signer: Signer::new(vec![
                WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
            ])
            .unwrap(),
            timeout: Duration::from_secs(5),
        };
        let message = Message {
            id: "msg_one".to_owned(),
            kind: "payment.paid",
            merchant_oid: None,
            verified: serde_json::Map::new(),
            unsigned: BTreeMap::new(),
        };
        let name = "a".repeat(64);
        for (scheme, is_guarded) in [("http", true), ("https", false)] {
            let app = App::new("acme", settings(format!("{scheme}://{name}/paid"))).unwrap();
            let error = app.deliver(&message).await.unwrap_err();
            let cause = causes(&error).unwrap_or_default();
            assert_eq!(cause.contains("no private address"), is_guarded, "{cause}");
        }
    }

    #[tokio::test]
    async fn a_name_is_resolved_to_private_addresses_only() {
        let private = PrivateOnly.resolve("localhost".parse().unwrap()).await;
        assert!(private.unwrap().all(|found| found.ip().is_loopback()));
        let public = PrivateOnly.resolve("8.8.8.8".parse().unwrap()).await;
        assert!(public.is_err());
    }
}
