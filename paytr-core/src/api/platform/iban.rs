use std::fmt;
use std::str::FromStr;

use crate::api::InvalidRequest;

/// A Turkish IBAN: `TR`, two check digits and 22 more digits, without blanks. Its checksum is right.
///
/// Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Iban(Box<str>);

impl Iban {
    /// Checks and takes an IBAN.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for another country, another length, blanks, or a wrong checksum.
    pub fn new(text: &str) -> Result<Self, InvalidRequest> {
        let digits = text.strip_prefix("TR").unwrap_or_default();
        if digits.len() != 24 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidRequest::Shape {
                field: "iban",
                rule: "TR and 24 digits, without blanks",
            });
        }
        if !has_right_checksum(digits) {
            return Err(InvalidRequest::Shape {
                field: "iban",
                rule: "the checksum is wrong: one digit or more is mistyped",
            });
        }
        Ok(Self(text.into()))
    }

    /// The IBAN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ISO 13616: the country and the check digits go to the end, letters become numbers (T is 29, R is
/// 27), and the whole leaves 1 when divided by 97.
fn has_right_checksum(digits: &str) -> bool {
    let (check, account) = digits.split_at(2);
    let digits = account.bytes().chain(*b"2927").chain(check.bytes());
    digits.fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97) == 1
}

impl FromStr for Iban {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        Self::new(text)
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iban(..)")
    }
}
