use std::fmt;

use super::Secret;
use crate::commands::InvalidRequest;

/// A card as its holder types it. Only for shops with a PCI DSS certificate.
///
/// `Debug` shows nothing of it, and it is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Card {
    number: Secret,
    month: u8,
    year: u8,
    holder: Secret,
    secure_code: Option<SecureCode>,
}

impl Card {
    /// A card. `month` is 1 to 12, `year` the last two digits of the year, `holder` Latin letters and
    /// spaces, at least 3 characters.
    ///
    /// The number has 12 to 19 digits. It is not checked by the Luhn formula, which several of Payture's
    /// own test cards fail; see [`passes_luhn`](Self::passes_luhn).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`], which never contains a value.
    pub fn new(
        number: impl Into<String>,
        month: u8,
        year: u8,
        holder: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        let (number, holder) = (Secret::new(number), Secret::new(holder));
        if !digits(number.expose(), 12, 19) {
            return shape("PAN", "12 to 19 digits without spaces");
        }
        if !(1..=12).contains(&month) {
            return Err(InvalidRequest::Range {
                field: "EMonth",
                min: 1,
                max: 12,
            });
        }
        if year > 99 {
            return Err(InvalidRequest::Range {
                field: "EYear",
                min: 0,
                max: 99,
            });
        }
        let latin = |byte: u8| byte.is_ascii_alphabetic() || byte == b' ';
        let name = holder.expose();
        if name.trim() != name || !(3..=100).contains(&name.len()) || !name.bytes().all(latin) {
            return shape("CardHolder", "3 to 100 Latin letters and spaces");
        }
        Ok(Self {
            number,
            month,
            year,
            holder,
            secure_code: None,
        })
    }

    /// The same card with its security code. Terminals ask for it unless they are set up otherwise.
    #[must_use]
    pub fn with_secure_code(mut self, code: SecureCode) -> Self {
        self.secure_code = Some(code);
        self
    }

    /// Whether the number passes the Luhn formula: real cards do, several test cards do not.
    #[must_use]
    pub fn passes_luhn(&self) -> bool {
        let digits = self
            .number
            .expose()
            .bytes()
            .rev()
            .map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits
            .enumerate()
            .map(|(place, digit)| match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            })
            .sum();
        sum.is_multiple_of(10)
    }

    pub(crate) fn number(&self) -> &str {
        self.number.expose()
    }

    /// Two digits, as the samples have it.
    pub(crate) fn month(&self) -> String {
        format!("{:02}", self.month)
    }

    pub(crate) fn year(&self) -> String {
        format!("{:02}", self.year)
    }

    pub(crate) fn holder(&self) -> &str {
        self.holder.expose()
    }

    pub(crate) fn secure_code(&self) -> Option<&SecureCode> {
        self.secure_code.as_ref()
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}

/// The three or four digits on a card. A text, because it may begin with a zero.
#[derive(Clone)]
pub struct SecureCode(Secret);

impl SecureCode {
    /// Checks and takes a code.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 3 or 4 digits.
    pub fn new(code: impl Into<String>) -> Result<Self, InvalidRequest> {
        let code = Secret::new(code);
        if !digits(code.expose(), 3, 4) {
            return shape("SecureCode", "3 or 4 digits");
        }
        Ok(Self(code))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for SecureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecureCode(..)")
    }
}

fn digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn shape<T>(field: &'static str, rule: &'static str) -> Result<T, InvalidRequest> {
    Err(InvalidRequest::Shape { field, rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_zero_of_the_code_stays() {
        assert_eq!(SecureCode::new("007").unwrap().expose(), "007");
        for wrong in ["", "12", "12345", "1 3", "١٢٣"] {
            assert!(SecureCode::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn luhn_is_told_and_not_demanded() {
        let card = |number: &str| Card::new(number, 12, 30, "Ivan Ivanov").unwrap();
        assert!(card("4111111111100031").passes_luhn());
        assert!(!card("4111111111111112").passes_luhn());
        assert!(!card("676280000000000011").passes_luhn());
    }

    #[test]
    fn shapes_are_checked() {
        for (number, month, year, holder) in [
            ("4111 1111", 1, 30, "Ivan Ivanov"),
            ("4111111111100031", 0, 30, "Ivan Ivanov"),
            ("4111111111100031", 13, 30, "Ivan Ivanov"),
            ("4111111111100031", 1, 100, "Ivan Ivanov"),
            ("4111111111100031", 1, 30, "Iv"),
            ("4111111111100031", 1, 30, "Иван Иванов"),
            ("4111111111100031", 1, 30, "Ivan;Amount=1"),
        ] {
            assert!(Card::new(number, month, year, holder).is_err(), "{holder}");
        }
    }
}
