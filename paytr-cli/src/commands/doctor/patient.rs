//! The address that is examined, and the bodies that are posted to it: all of failed payments, so that no
//! shop ships anything.

use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;
use paytr_sandbox::{Courier, ShopReply};

use super::DoctorArgs;
use crate::commands::trigger::new_id;
use crate::exit::Failure;

/// A hash of the right form that was not made with the key.
const WRONG_HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The address that is examined, and what is needed for it.
pub(super) struct Patient {
    url: String,
    courier: Courier,
    /// A failed payment with a right hash that spells `+`, `/` and `=`.
    pub(super) signed: String,
    /// The same with a wrong hash.
    pub(super) badly_signed: String,
    /// The same without one.
    pub(super) unsigned: String,
    /// Whether the shop knows the order.
    pub(super) order_is_known: bool,
}

/// How an address differs from the one that is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slash {
    Added,
    Removed,
}

impl Patient {
    pub(super) fn new(
        args: &DoctorArgs,
        credentials: &Credentials,
        courier: Courier,
    ) -> Result<Self, Failure> {
        let signed = match &args.order_id {
            Some(order) => failed(order, credentials),
            None => with_telling_hash(|| new_id("DOCTOR"), credentials)?,
        };
        Ok(Self {
            url: args.url.clone(),
            courier,
            badly_signed: with_wrong_hash(&signed),
            unsigned: without_hash(&signed),
            signed,
            order_is_known: args.order_id.is_some(),
        })
    }

    pub(super) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// Whether only this machine can reach it.
    pub(super) fn is_local(&self) -> bool {
        let rest = self.url.strip_prefix("http://").unwrap_or_default();
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        host == "localhost" || host.starts_with("127.") || rest.starts_with("[::1]")
    }

    pub(super) async fn post(&self, body: &str) -> Result<ShopReply, Failure> {
        let reply = self.courier.deliver(&self.url, body.to_owned()).await;
        reply.map_err(|error| Failure::invalid_input(&error))
    }

    /// The same address with the slash at the end of its path removed, or with one.
    pub(super) fn twin(&self) -> Option<(Slash, Self)> {
        let mut url = reqwest::Url::parse(&self.url).ok()?;
        let path = url.path().to_owned();
        let (slash, other) = match path.strip_suffix('/') {
            Some("") => return None,
            Some(shorter) => (Slash::Removed, shorter.to_owned()),
            None => (Slash::Added, format!("{path}/")),
        };
        url.set_path(&other);
        Some((
            slash,
            Self {
                url: url.into(),
                courier: self.courier.clone(),
                signed: self.signed.clone(),
                badly_signed: self.badly_signed.clone(),
                unsigned: self.unsigned.clone(),
                order_is_known: self.order_is_known,
            },
        ))
    }

    pub(super) async fn get(&self) -> Result<ShopReply, Failure> {
        let reply = self.courier.send("GET", &self.url, None, Vec::new()).await;
        reply.map_err(|error| Failure::invalid_input(&error))
    }
}

/// The notification of a payment that failed because the buyer left.
fn failed(order_id: &str, credentials: &Credentials) -> String {
    PaymentNotification::failed(order_id, "6")
        .field("failed_reason_msg", "Müşteri ödeme sayfasından ayrıldı")
        .field("test_mode", "1")
        .field("payment_type", "card")
        .sign(credentials)
        .to_body()
}

/// One whose hash has a `+` and a `/`, which careless decoders break.
fn with_telling_hash(
    mut new_id: impl FnMut() -> Result<String, Failure>,
    credentials: &Credentials,
) -> Result<String, Failure> {
    let mut body = failed(&new_id()?, credentials);
    // About every fourth hash has both, so that this many tries are as good as always enough.
    for _ in 0..200 {
        let hash = body.rsplit("hash=").next().unwrap_or_default();
        if hash.contains("%2B") && hash.contains("%2F") {
            break;
        }
        body = failed(&new_id()?, credentials);
    }
    Ok(body)
}

fn with_wrong_hash(body: &str) -> String {
    replace_hash(body, Some(WRONG_HASH))
}

fn without_hash(body: &str) -> String {
    replace_hash(body, None)
}

/// A body far longer than any notification.
pub(super) fn huge(body: &str) -> String {
    format!("{body}&padding={}", "x".repeat(8 * 1024 * 1024))
}

fn replace_hash(body: &str, hash: Option<&str>) -> String {
    let fields = form_urlencoded::parse(body.as_bytes());
    let others = fields.filter(|(name, _)| name != "hash");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(others);
    if let Some(hash) = hash {
        form.append_pair("hash", hash);
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use paytr_core::{Keyring, PaymentCallback};

    use super::*;

    #[test]
    fn the_signed_body_is_right_and_the_others_are_not() {
        let credentials = Credentials::new("000001", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a");
        let credentials = credentials.unwrap();
        let mut number = 0;
        let new_id = || {
            number += 1;
            Ok(format!("DOCTOR{number}"))
        };
        let signed = with_telling_hash(new_id, &credentials).unwrap();
        assert!(signed.contains("%2B") && signed.contains("%2F") && signed.ends_with("%3D"));
        let keyring = Keyring::new(credentials);
        assert!(PaymentCallback::verify(&keyring, signed.as_bytes()).is_ok());
        for wrong in [with_wrong_hash(&signed), without_hash(&signed)] {
            assert!(PaymentCallback::verify(&keyring, wrong.as_bytes()).is_err());
        }
        assert!(!without_hash(&signed).contains("hash="));
    }
}
