use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::SignedPart;
use super::base64::decode_32;

/// A token or a hash: 32 bytes, spelled on the wire as 44 characters of standard base64.
///
/// It has no `PartialEq`: compare with [`matches`](Self::matches), in constant time. Whoever holds a
/// request token may repeat that request, so `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Reads the wire spelling: 44 characters of standard base64 with padding, in canonical form.
    ///
    /// # Errors
    ///
    /// [`SignatureError`] for anything else: other lengths, the URL-safe alphabet, blanks.
    #[inline]
    pub fn from_base64(text: &[u8]) -> Result<Self, SignatureError> {
        let text = text.try_into().map_err(|_| SignatureError)?;
        decode_32(text).map(Self).ok_or(SignatureError)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The wire spelling: 44 characters of standard base64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Whether both are the same, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.ct_matches(other).into()
    }

    /// Compares two words of 16 bytes: as constant in time as 32 single bytes, and faster.
    #[inline]
    pub(crate) fn ct_matches(&self, other: &Self) -> Choice {
        let pairs = self.words().zip(other.words());
        pairs.fold(Choice::from(1), |same, (ours, theirs)| {
            same & ours.ct_eq(&theirs)
        })
    }

    #[inline]
    fn words(&self) -> impl Iterator<Item = u128> {
        let (words, _) = self.0.as_chunks::<16>();
        words.iter().copied().map(u128::from_ne_bytes)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

/// The text is not 44 characters of canonical standard base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signature is 44 characters of standard base64")]
pub struct SignatureError;

/// The keyed MAC and the salt, both wiped on drop. The key itself is not kept.
pub(crate) struct Signer {
    keyed: Hmac<Sha256>,
    salt: Zeroizing<String>,
}

impl Signer {
    pub(crate) fn new(key: &str, salt: Zeroizing<String>) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let keyed = Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
        Self { keyed, salt }
    }

    #[inline]
    pub(crate) fn sign(&self, parts: &[SignedPart<'_>]) -> Signature {
        let mut mac = self.keyed.clone();
        for part in parts {
            match part {
                SignedPart::Field(bytes) => mac.update(bytes),
                SignedPart::Salt => mac.update(self.salt.as_bytes()),
            }
        }
        Signature::from_bytes(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_standard_base64_of_32_bytes_is_read() {
        let good = "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=";
        assert_eq!(
            Signature::from_base64(good.as_bytes()).unwrap().to_base64(),
            good
        );
        let wrong = [
            String::new(),
            good[..43].to_owned(),
            format!("{good}="),
            format!("{good}\n"),
            good.replace('+', "-").replace('/', "_"),
            good.replace('+', " "),
            // Same 32 bytes under a lenient reader: the unused bits of the last digit are not zero.
            good.replace("E=", "F="),
            good.replace("0E=", "=E="),
            "é".repeat(22),
        ];
        for text in wrong {
            assert!(Signature::from_base64(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let signature = Signature::from_bytes([7; 32]);
        assert_eq!(format!("{signature:?}"), "Signature(..)");
    }
}
