//! What proves to Paytrek who the shop is.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// One merchant's `api_key` and `secret`, as the account page of the dashboard shows them.
///
/// They are sent by HTTP Basic with every request, are wiped from memory on drop, and appear in no
/// `Debug`, error or log. The third key there, the publishable key, is for `PaytrekJS` in the browser and
/// does not belong here.
///
/// ```
/// use paytrek::Credentials;
///
/// let credentials = Credentials::new("aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// assert_eq!(format!("{credentials:?}"), "Credentials(..)");
/// # Ok::<_, paytrek::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    // Behind an `Arc`, so that a clone does not copy the secrets.
    authorization: Arc<Zeroizing<String>>,
}

impl Credentials {
    /// Checks and takes the two values.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when a value is blank, padded with blanks, a placeholder, or has characters
    /// that HTTP Basic cannot carry. The error never contains a value.
    pub fn new(
        api_key: impl Into<String>,
        secret: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let api_key = Zeroizing::new(api_key.into());
        let secret = Zeroizing::new(secret.into());
        check("api_key", &api_key)?;
        check("secret", &secret)?;
        if api_key.contains(':') {
            return Err(CredentialsError::Colon);
        }
        if api_key == secret {
            return Err(CredentialsError::KeyIsSecret);
        }
        Ok(Self::unchecked(&api_key, &secret))
    }

    pub(crate) fn unchecked(api_key: &str, secret: &str) -> Self {
        let pair = Zeroizing::new(format!("{api_key}:{secret}"));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Self {
            authorization: Arc::new(Zeroizing::new(format!("Basic {}", *encoded))),
        }
    }

    /// The value of the `Authorization` header. It is a secret.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

fn check(name: &'static str, value: &str) -> Result<(), CredentialsError> {
    if value.trim().is_empty() {
        return Err(CredentialsError::Blank { name });
    }
    if value.trim() != value {
        return Err(CredentialsError::Padded { name });
    }
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialsError::Characters { name });
    }
    if is_placeholder(value) {
        return Err(CredentialsError::Placeholder { name });
    }
    Ok(())
}

/// Values that cannot be a merchant's credentials. Never contains a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Empty or only blanks.
    #[error("{name} is blank: copy it from the account page of the dashboard")]
    Blank {
        /// Which value.
        name: &'static str,
    },
    /// Blanks or line breaks around it.
    #[error("{name} has blanks or line breaks around it: copy it again without them")]
    Padded {
        /// Which value.
        name: &'static str,
    },
    /// A character that is not visible ASCII.
    #[error("{name} has characters other than visible ASCII: copy it again")]
    Characters {
        /// Which value.
        name: &'static str,
    },
    /// A text from a sample.
    #[error("{name} is a placeholder: put the value from the dashboard there")]
    Placeholder {
        /// Which value.
        name: &'static str,
    },
    /// HTTP Basic cannot carry a colon in the user name.
    #[error("api_key contains a colon: copy the key alone, without the secret")]
    Colon,
    /// Key and secret are the same text.
    #[error("api_key and secret are the same: one of them was copied twice")]
    KeyIsSecret,
}

// Texts that samples and templates carry where a secret belongs.
const WHOLE: [&str; 6] = ["secret", "example", "todo", "test", "key", "api_key"];
const BEGINNING: [&str; 3] = ["your", "xxx", "my_"];
const ANYWHERE: [&str; 5] = [
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "api_secret",
];

fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let one_character = value.chars().all(|character| value.starts_with(character));
    let bracketed = value.starts_with(['<', '[', '{', '$', '%']);
    one_character
        || bracketed
        || WHOLE.contains(&&*lower)
        || BEGINNING.iter().any(|sample| lower.starts_with(sample))
        || ANYWHERE.iter().any(|sample| lower.contains(sample))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_basic_with_key_and_secret() {
        // The sample values of the documentation, which new() refuses as placeholders.
        let credentials = Credentials::unchecked("api_key", "secret");
        assert_eq!(credentials.authorization(), "Basic YXBpX2tleTpzZWNyZXQ=");
        assert!(Credentials::new("api_key", "secret").is_err());
    }

    #[test]
    fn blank_padded_and_placeholder_values_are_refused() {
        for wrong in [
            "",
            "  ",
            " aB3dE6gH9jK2mN5p",
            "aB3dE6gH9jK2mN5p\n",
            "changeme",
            "XXXX",
            "your_api_key",
            "<key>",
            "0000000000000000",
            "test",
            "${KEY}",
            "şİfre1234567",
            "a\r\nb",
        ] {
            assert!(
                Credentials::new(wrong, "qR8sT1uV4wX7yZ0a").is_err(),
                "{wrong:?}"
            );
            assert!(
                Credentials::new("aB3dE6gH9jK2mN5p", wrong).is_err(),
                "{wrong:?}"
            );
        }
        assert_eq!(
            Credentials::new("aB3dE6gH:9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap_err(),
            CredentialsError::Colon
        );
        assert!(Credentials::new("aB3dE6gH9jK2mN5p", "aB3dE6gH9jK2mN5p").is_err());
        // A secret may have a colon.
        assert!(Credentials::new("aB3dE6gH9jK2mN5p", "qR8sT1uV:wX7yZ0a").is_ok());
    }
}
