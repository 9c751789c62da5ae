use std::fmt;
use std::str::FromStr;

use crate::random::random_characters;

/// The shop's own reference of one refund: 1 to 64 ASCII letters and digits.
///
/// PayTR echoes it and lists it in the status inquiry. It is the only way to find out whether a refund
/// was executed when its reply was lost. PayTR does not compare references: two refunds with the same
/// one are two refunds. So use one reference per refund, and a new one for the next.
///
/// ```
/// use paytr_core::api::ReferenceNo;
///
/// let own = ReferenceNo::new("IADE0001")?;
/// assert_eq!(own.as_str(), "IADE0001");
/// assert_ne!(ReferenceNo::random(), ReferenceNo::random());
/// # Ok::<_, paytr_core::api::ReferenceNoError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReferenceNo(Box<str>);

impl ReferenceNo {
    /// Longest reference, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the reference.
    ///
    /// # Errors
    ///
    /// [`ReferenceNoError`] when it is empty, too long, or has another character.
    pub fn new(reference: &str) -> Result<Self, ReferenceNoError> {
        let letters_and_digits = reference.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (1..=Self::MAX_LEN).contains(&reference.len()) && letters_and_digits;
        fits.then(|| Self(reference.into())).ok_or(ReferenceNoError)
    }

    /// A new reference: 24 random characters, 120 bits.
    #[must_use]
    pub fn random() -> Self {
        Self(random_characters::<24>().into())
    }

    /// The reference.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReferenceNo {
    type Err = ReferenceNoError;

    fn from_str(reference: &str) -> Result<Self, ReferenceNoError> {
        Self::new(reference)
    }
}

impl fmt::Display for ReferenceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ReferenceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReferenceNo({self})")
    }
}

/// The text is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reference_no is 1 to 64 ASCII letters and digits")]
pub struct ReferenceNoError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_sixty_four_letters_and_digits() {
        let random = ReferenceNo::random();
        assert_eq!(ReferenceNo::new(random.as_str()), Ok(random));
        assert!(ReferenceNo::new(&"Z9".repeat(32)).is_ok());
        for wrong in ["", &"A".repeat(65), "A-1", "A 1", "Ş", "A\n"] {
            assert!(ReferenceNo::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
