use crate::Host;

/// A name of the shop's own for its account at Paytrek.
///
/// With the host it is the namespace of the orders in the ledger. The keys are secrets and may be rotated, so
/// they cannot be: choose a name once and keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant(Box<str>);

impl Merchant {
    /// Checks and takes a name: 1 to 32 ASCII letters, digits, `-` and `_`.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] for anything else.
    pub fn new(name: &str) -> Result<Self, MerchantError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (1..=32).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Self(name.into())).ok_or(MerchantError)
    }

    /// `paytrek/sandbox.paytrek.com/NAME`: tokens of one environment mean nothing in another.
    pub(super) fn namespace(&self, host: &Host) -> String {
        let origin = host.as_str();
        let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        // A host name has 255 characters at most; no real one comes near what is left here.
        let authority: String = authority.chars().take(80).collect();
        format!("paytrek/{authority}/{}", self.0)
    }
}

/// The text is not a name for a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a merchant's name is 1 to 32 ASCII letters, digits, - and _")]
pub struct MerchantError;
