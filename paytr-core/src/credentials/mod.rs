//! What proves to PayTR who the shop is, and to the shop that PayTR speaks.

pub(crate) mod base64;
mod keyring;
mod signature;

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use keyring::{KeyIndex, Keyring};
pub(crate) use signature::Signer;
pub use signature::{Signature, SignatureError};

/// One merchant's id, key and salt.
///
/// They are shown in the merchant panel under Destek & Kurulum > Entegrasyon Bilgileri, to the main
/// and the technical user only. The key and the salt are wiped from memory on drop and appear in no
/// `Debug`, error or log. The keyed state of the MAC is made once.
///
/// ```
/// use paytr_core::Credentials;
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { merchant_id: "123456", .. }"#);
/// # Ok::<_, paytr_core::credentials::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    merchant_id: MerchantId,
    // Shared: clones do not copy secrets about.
    signer: Arc<Signer>,
}

impl Credentials {
    /// Checks and takes the three values of the merchant panel.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when a value is blank, padded with blanks, a placeholder from a sample,
    /// or when the merchant id is not digits. The error never contains the key or the salt.
    pub fn new(
        merchant_id: impl AsRef<str>,
        merchant_key: impl Into<String>,
        merchant_salt: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let merchant_key = Zeroizing::new(merchant_key.into());
        let merchant_salt = Zeroizing::new(merchant_salt.into());
        check("merchant_id", merchant_id.as_ref())?;
        check("merchant_key", &merchant_key)?;
        check("merchant_salt", &merchant_salt)?;
        if merchant_key == merchant_salt {
            return Err(CredentialsError::KeyIsSalt);
        }
        Ok(Self {
            merchant_id: MerchantId::new(merchant_id.as_ref())?,
            signer: Arc::new(Signer::new(&merchant_key, merchant_salt)),
        })
    }

    /// The merchant id.
    #[must_use]
    pub fn merchant_id(&self) -> &MerchantId {
        &self.merchant_id
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Signs the parts, joined without a separator, as PayTR does.
    ///
    /// Write `merchant_salt` where the formula has it with [`SignedPart::Salt`]. This is the building
    /// block of every token and hash; the typed requests and callbacks use it for you.
    #[must_use]
    pub fn sign(&self, parts: &[SignedPart<'_>]) -> Signature {
        self.signer.sign(parts)
    }

    /// Whether `signature` is the one of the parts, compared in constant time.
    #[must_use]
    pub fn verify(&self, parts: &[SignedPart<'_>], signature: &Signature) -> bool {
        self.signer.sign(parts).matches(signature)
    }
}

/// One part of a signed message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SignedPart<'a> {
    /// The bytes of a field, exactly as posted.
    Field(&'a [u8]),
    /// The merchant's salt.
    Salt,
}

impl fmt::Debug for SignedPart<'_> {
    /// Names the kind only: a whole signed message is worth hiding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Field(_) => "Field(..)",
            Self::Salt => "Salt",
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("merchant_id", &self.merchant_id.as_str())
            .finish_non_exhaustive()
    }
}

/// Texts that samples and templates carry where a secret belongs: as the whole value, at its
/// beginning, anywhere in it.
const WHOLE: [&str; 5] = ["secret", "example", "todo", "test", "key"];
const BEGINNING: [&str; 3] = ["your", "xxx", "my_"];
const ANYWHERE: [&str; 7] = [
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "merchant_key",
    "merchant_salt",
    "merchant-key",
];

fn check(name: &'static str, value: &str) -> Result<(), CredentialsError> {
    if value.trim().is_empty() {
        return Err(CredentialsError::Blank { name });
    }
    if value.trim() != value {
        return Err(CredentialsError::Padded { name });
    }
    if is_placeholder(value) {
        return Err(CredentialsError::Placeholder { name });
    }
    Ok(())
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let one_character = value.chars().all(|character| value.starts_with(character));
    let bracketed = value.starts_with(['<', '[', '{', '$', '%']);
    // A merchant id may well be one digit in a test store; a key never is one repeated character.
    (one_character && value.len() > 1)
        || bracketed
        || WHOLE.contains(&&*lower)
        || BEGINNING.iter().any(|sample| lower.starts_with(sample))
        || ANYWHERE.iter().any(|sample| lower.contains(sample))
}

/// Values that cannot be a merchant's credentials. Never contains a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Empty or only blanks.
    #[error("{name} is blank: copy it from the merchant panel")]
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
    /// A text from a sample.
    #[error("{name} is a placeholder: put the value from the merchant panel there")]
    Placeholder {
        /// Which value.
        name: &'static str,
    },
    /// The merchant id is not digits.
    #[error(transparent)]
    MerchantId(#[from] MerchantIdError),
    /// Key and salt are the same text.
    #[error("merchant_key and merchant_salt are the same: one of them was copied twice")]
    KeyIsSalt,
}

/// A PayTR merchant id: 1 to 20 digits.
///
/// On the wire: `merchant_id`, digits. Documented; that there are at most 20 is assumed:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>, August 2026.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MerchantId(Box<str>);

impl MerchantId {
    /// Checks and takes the id.
    ///
    /// # Errors
    ///
    /// [`MerchantIdError`] when it is not 1 to 20 ASCII digits.
    pub fn new(id: &str) -> Result<Self, MerchantIdError> {
        let fits = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(id.into())).ok_or(MerchantIdError)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MerchantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is not a merchant id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("merchant_id is 1 to 20 digits, as the merchant panel shows it")]
pub struct MerchantIdError;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "aB3dE6gH9jK2mN5p";
    const SALT: &str = "qR8sT1uV4wX7yZ0a";

    #[test]
    fn blank_padded_and_placeholder_values_are_refused() {
        for wrong in [
            "",
            "  ",
            " aB3dE6gH9jK2mN5p",
            "aB3dE6gH9jK2mN5p\n",
            "changeme",
            "XXXX",
            "your_merchant_key",
            "MERCHANT_KEY",
            "<key>",
            "0000000000000000",
            "test",
            "${KEY}",
        ] {
            assert!(
                Credentials::new("123456", wrong, SALT).is_err(),
                "{wrong:?}"
            );
            assert!(Credentials::new("123456", KEY, wrong).is_err(), "{wrong:?}");
        }
        for wrong in ["", " 1", "12a", "-1", "١٢٣", "1 2"] {
            assert!(Credentials::new(wrong, KEY, SALT).is_err(), "{wrong:?}");
        }
        assert!(Credentials::new("123456", KEY, KEY).is_err());
        assert!(Credentials::new("123456", KEY, SALT).is_ok());
    }

    #[test]
    fn a_single_character_is_no_placeholder() {
        assert!(is_placeholder("77") && !is_placeholder("7"));
    }

    #[test]
    fn debug_names_the_merchant_and_the_kinds_of_parts_and_shows_nothing_else() {
        let credentials = Credentials::new("123456", KEY, SALT).unwrap();
        let shown = format!("{credentials:?}");
        assert_eq!(shown, "Credentials { merchant_id: \"123456\", .. }");
        let parts = [SignedPart::Field(b"SHOP1"), SignedPart::Salt];
        assert_eq!(format!("{parts:?}"), "[Field(..), Salt]");
    }

    #[test]
    fn real_looking_secrets_are_not_taken_for_placeholders() {
        for key in ["testSECRETyour12", "YxXxXxXxXxXxXxX1", "şİfre123456789"] {
            assert!(Credentials::new("123456", key, SALT).is_ok(), "{key}");
        }
    }

    #[test]
    fn errors_and_debug_never_show_the_secrets() {
        let credentials = Credentials::new("123456", KEY, SALT).unwrap();
        let shown = format!("{credentials:?} {credentials:#?}");
        assert!(!shown.contains(KEY) && !shown.contains(SALT), "{shown}");
        let error = Credentials::new("123456", format!("{KEY} "), SALT).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
}
