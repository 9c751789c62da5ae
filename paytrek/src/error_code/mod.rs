//! Paytrek's error codes: what each means for the merchant, and what to tell the buyer.

mod advice;
mod class;
mod table;

use std::fmt;

pub use advice::Advice;
pub use class::ErrorClass;

use crate::Language;
use table::Row;

/// A code of Paytrek's, such as `10020`. The set is open: an unknown code is kept.
///
/// ```
/// use paytrek::{ErrorClass, ErrorCode, Language};
///
/// let code = ErrorCode::new("10020");
/// assert_eq!(code.class(), ErrorClass::Decline);
/// assert_eq!(code.merchant_message(), Some("the card's limit is not enough"));
/// assert_eq!(
///     code.customer_message(Language::Turkish),
///     Some("Kartınızın limitini kontrol edin.")
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ErrorCode(Box<str>);

impl ErrorCode {
    /// Longer texts are no codes and are cut.
    const MAX_LEN: usize = 32;

    /// Takes a code as it came.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.trim().chars().take(Self::MAX_LEN).collect())
    }

    /// The 48 documented codes.
    pub fn documented() -> impl Iterator<Item = Self> {
        table::ROWS.iter().map(|row| Self::new(row.code))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it means, for the merchant, if it is documented.
    #[must_use]
    pub fn merchant_message(&self) -> Option<&'static str> {
        self.row().map(|row| row.meaning)
    }

    /// What the documentation proposes to tell the buyer. [`Advice::Nothing`] for a code that it does
    /// not have.
    #[must_use]
    pub fn advice(&self) -> Advice {
        self.row().map_or(Advice::Nothing, |row| row.tell)
    }

    /// The advice in words, if there is any.
    #[must_use]
    pub fn customer_message(&self, language: Language) -> Option<&'static str> {
        match (self.advice(), language) {
            (Advice::SameAsMerchant, Language::English) => self.merchant_message(),
            (Advice::SameAsMerchant, Language::Turkish) => table::turkish(self.as_str()),
            (advice, language) => advice.text(language),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        ErrorClass::of(self.as_str())
    }

    fn row(&self) -> Option<&'static Row> {
        table::ROWS.iter().find(|row| row.code == &*self.0)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ErrorCode {
    /// Codes are digits or upper-case words; anything else came from where a code should be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_shown() {
            write!(f, "ErrorCode({self})")
        } else {
            f.write_str("ErrorCode(..)")
        }
    }
}

impl ErrorCode {
    /// Whether it looks like a code, so that it may be logged.
    pub(crate) fn is_shown(&self) -> bool {
        let word = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        let digits = self.0.len() <= 6 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        digits || self.0.bytes().all(word)
    }
}
