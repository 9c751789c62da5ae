use std::fmt;
use std::str::FromStr;

/// The shop's number of an order: 1 to 64 ASCII letters, digits, `-` and `_`.
///
/// Paytrek takes any text and wants it unique for each sale. It is kept this narrow so that it can
/// stand in a path, a log and a store key as it is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId(Box<str>);

impl OrderId {
    /// Longest id, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the id.
    ///
    /// # Errors
    ///
    /// [`OrderIdError`] when it is empty, too long, or has another character.
    pub fn new(id: &str) -> Result<Self, OrderIdError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (1..=Self::MAX_LEN).contains(&id.len()) && id.bytes().all(allowed);
        fits.then(|| Self(id.into())).ok_or(OrderIdError)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderId {
    type Err = OrderIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderId({self})")
    }
}

/// The text is not an order id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order id is 1 to 64 ASCII letters, digits, - and _")]
pub struct OrderIdError;
