use std::fmt;

use crate::commands::InvalidRequest;

/// An amount as the payment page shows it, such as `124.8`. Payture does not charge by it.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayTotal(String);

impl DisplayTotal {
    /// Checks and takes a decimal: digits, perhaps a point and one or two more digits.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for anything else.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        let text = text.into();
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let fits = match text.split_once('.') {
            None => digits(&text, 15),
            Some((major, minor)) => digits(major, 15) && digits(minor, 2),
        };
        if !fits {
            return Err(InvalidRequest::Shape {
                field: "Total",
                rule: "a decimal such as 124.8",
            });
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayTotal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DisplayTotal({})", self.0)
    }
}
