//! The secrets of an app, and the signature by them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What the relay and an app share: `whsec_` and 24 to 64 bytes in base64. `Debug` does not show it.
#[derive(Clone)]
pub struct WebhookSecret(Hmac<Sha256>);

impl WebhookSecret {
    const PREFIX: &str = "whsec_";

    /// Reads a secret.
    ///
    /// # Errors
    ///
    /// [`WebhookSecretError`] for any other text; it does not repeat it.
    pub fn new(text: &str) -> Result<Self, WebhookSecretError> {
        let encoded = text.strip_prefix(Self::PREFIX).ok_or(WebhookSecretError)?;
        let key = STANDARD.decode(encoded).map_err(|_| WebhookSecretError)?;
        let key = Zeroizing::new(key);
        if !(24..=64).contains(&key.len()) {
            return Err(WebhookSecretError);
        }
        let mac = Hmac::new_from_slice(&key).map_err(|_| WebhookSecretError)?;
        Ok(Self(mac))
    }

    /// A new secret of 32 random bytes, as text.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn make() -> Result<String, getrandom::Error> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key)?;
        Ok(format!("{}{}", Self::PREFIX, STANDARD.encode(*key)))
    }

    /// `v1,` and the signature in base64.
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(id.as_bytes());
        mac.update(format!(".{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// The text is not a secret of Standard Webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is whsec_ and 24 to 64 random bytes in base64: make one with `paytr-relay secret`")]
pub struct WebhookSecretError;

/// Signs messages with every secret of an app: one, or several while they are being changed.
#[derive(Debug, Clone)]
pub struct Signer(Vec<WebhookSecret>);

impl Signer {
    /// The signer with these secrets.
    ///
    /// # Errors
    ///
    /// When there is none: an app could not tell the relay from anybody else.
    pub fn new(secrets: Vec<WebhookSecret>) -> Result<Self, &'static str> {
        if secrets.is_empty() {
            return Err("an app needs a secret: make one with `paytr-relay secret`");
        }
        Ok(Self(secrets))
    }

    /// The value of `webhook-signature`: one signature for each secret, with blanks between them. `timestamp` is
    /// in seconds since 1970, as `webhook-timestamp` has it.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signatures = self.0.iter().map(|secret| secret.sign(id, timestamp, body));
        signatures.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answer in the tests of the public libraries of Standard Webhooks.
    #[test]
    fn a_signature_is_the_published_one() {
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn while_secrets_are_changed_each_of_them_signs() {
        let made = [
            WebhookSecret::make().unwrap(),
            WebhookSecret::make().unwrap(),
        ];
        let secrets = made
            .each_ref()
            .map(|text| WebhookSecret::new(text).unwrap());
        let both = Signer::new(secrets.to_vec()).unwrap().sign("a", 1, b"{}");
        let each = secrets.map(|secret| secret.sign("a", 1, b"{}"));
        assert_eq!(both, each.join(" "));
        assert_ne!(each[0], each[1]);
        assert!(Signer::new(Vec::new()).is_err());
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        for wrong in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_c2hvcnQ=",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ",
        ] {
            assert_eq!(
                WebhookSecret::new(wrong).err(),
                Some(WebhookSecretError),
                "{wrong}"
            );
        }
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
    }
}
