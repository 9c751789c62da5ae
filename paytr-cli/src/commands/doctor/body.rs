//! The bodies that are posted: all of failed payments, so that no shop ships anything.

use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;

use crate::exit::Failure;

/// What would be a hash if somebody had the key.
const WRONG_HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A payment that failed because the buyer left.
pub(super) fn failed(order_id: &str, credentials: &Credentials) -> String {
    PaymentNotification::failed(order_id, "6")
        .field("failed_reason_msg", "Müşteri ödeme sayfasından ayrıldı")
        .field("test_mode", "1")
        .field("payment_type", "card")
        .sign(credentials)
        .to_body()
}

/// One whose hash has every character that a careless decoder breaks.
pub(super) fn with_telling_hash(
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

pub(super) fn with_wrong_hash(body: &str) -> String {
    replace_hash(body, Some(WRONG_HASH))
}

pub(super) fn without_hash(body: &str) -> String {
    replace_hash(body, None)
}

/// So long a body that no notification is near it.
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
