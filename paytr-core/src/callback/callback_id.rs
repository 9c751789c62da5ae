use std::fmt;
use std::str::FromStr;

/// A `callback_id`: 1 to 64 ASCII letters and digits that the shop gives to a payment link.
///
/// Make it with an [`IdForm`](crate::IdForm): link notifications are accepted in that form only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallbackId(Box<str>);

impl CallbackId {
    /// Longest id, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the id.
    ///
    /// # Errors
    ///
    /// [`CallbackIdError`] when it is empty, too long, or has another character.
    pub fn new(id: &str) -> Result<Self, CallbackIdError> {
        let letters_and_digits = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (1..=Self::MAX_LEN).contains(&id.len()) && letters_and_digits;
        fits.then(|| Self(id.into())).ok_or(CallbackIdError)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CallbackId {
    type Err = CallbackIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl fmt::Display for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackId({self})")
    }
}

/// The text is not a `callback_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("callback_id is 1 to 64 ASCII letters and digits")]
pub struct CallbackIdError;
