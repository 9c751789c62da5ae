//! PayTR's order id.

use std::fmt;
use std::str::FromStr;

use paid_once::OrderKey;

use crate::credentials::MerchantId;

/// A `merchant_oid`: 1 to 64 ASCII letters and digits, unique per merchant.
///
/// On the wire: `merchant_oid`. Documented: <https://dev.paytr.com/iframe-api/iframe-api-1-adim>, August
/// 2026.
///
/// PayTR refuses `-`, `_` and everything else.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MerchantOid(Box<str>);

impl MerchantOid {
    /// Longest id, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the id.
    ///
    /// # Errors
    ///
    /// [`MerchantOidError`] when it is empty, too long, or has another character.
    pub fn new(id: &str) -> Result<Self, MerchantOidError> {
        let fits = Self::fits(id.as_bytes());
        fits.then(|| Self(id.into())).ok_or(MerchantOidError)
    }

    /// The id of bytes that were found to [fit](Self::fits).
    pub(crate) fn of_fitting(id: &[u8]) -> Result<Self, MerchantOidError> {
        let id = std::str::from_utf8(id).map_err(|_| MerchantOidError)?;
        Ok(Self(id.into()))
    }

    /// Whether the bytes are an id. Looks at all of them: that is faster than to stop early.
    #[inline]
    pub(crate) fn fits(id: &[u8]) -> bool {
        let letters_and_digits = id
            .iter()
            .fold(true, |fits, byte| fits & byte.is_ascii_alphanumeric());
        (1..=Self::MAX_LEN).contains(&id.len()) && letters_and_digits
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of this order in a store.
    #[must_use]
    pub fn order_key(&self, merchant: &MerchantId) -> OrderKey {
        #[expect(
            clippy::expect_used,
            reason = "both ids are narrower than an order key"
        )]
        OrderKey::new(merchant.as_str(), self.as_str()).expect("both ids fit an order key")
    }
}

impl FromStr for MerchantOid {
    type Err = MerchantOidError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl fmt::Display for MerchantOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for MerchantOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MerchantOid({self})")
    }
}

/// The text is not a `merchant_oid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("merchant_oid is 1 to 64 ASCII letters and digits, without - or _")]
pub struct MerchantOidError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_sixty_four_letters_and_digits() {
        assert!(MerchantOid::new("A").is_ok());
        assert!(MerchantOid::new(&"Z9".repeat(32)).is_ok());
        let long = "A".repeat(65);
        for wrong in ["", &long, "A-1", "A_1", "A 1", "A\0", "１２", "Ş1", "A\n"] {
            assert!(MerchantOid::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
