use std::fmt;

/// A PayTR merchant id: 1 to 20 digits.
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
