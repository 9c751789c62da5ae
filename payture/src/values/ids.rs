use std::fmt;
use std::str::FromStr;

use crate::commands::InvalidRequest;

/// An order id, chosen by the shop: 1 to 50 characters, unique per terminal.
///
/// It is Payture's only key against doubles: a second `Pay`, `Block` or `Init` with the same id is
/// refused with `DUPLICATE_ORDER_ID`. Make it once per payment attempt and store it before anything is
/// sent. Payture recommends a GUID or letters and digits; other characters may upset banks. This type
/// refuses only what cannot be sent safely: control characters, semicolons, and blanks around it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId(String);

impl OrderId {
    /// The most characters.
    pub const MAX_CHARS: usize = 50;

    /// Checks and takes an id.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it is empty, too long, or has characters that are refused.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidRequest> {
        let id = id.into();
        if id.is_empty() || id.chars().count() > Self::MAX_CHARS {
            return Err(InvalidRequest::Length {
                field: "OrderId",
                min: 1,
                max: Self::MAX_CHARS,
            });
        }
        if id.trim() != id || id.contains(';') || id.chars().any(char::is_control) {
            return Err(InvalidRequest::Shape {
                field: "OrderId",
                rule: "no semicolons, no control characters, no blanks around it",
            });
        }
        Ok(Self(id))
    }

    /// A new random id with the shape of a GUID: 122 random bits, so nobody guesses it.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[must_use]
    pub fn random() -> Self {
        Self(random_guid())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A version 4 GUID in lower case.
pub(crate) fn random_guid() -> String {
    let mut bytes = [0_u8; 16];
    #[expect(
        clippy::expect_used,
        reason = "guessable ids would be worse than no answer; there is nothing to fall back to"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let bits = u128::from_be_bytes(bytes);
    let version = bits & !(0xf << 76) | 4 << 76;
    let hex = format!("{:032x}", version & !(0b11 << 62) | 0b10 << 62);
    let mut guid = String::with_capacity(36);
    for (place, digit) in hex.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            guid.push('-');
        }
        guid.push(digit);
    }
    guid
}

impl FromStr for OrderId {
    type Err = InvalidRequest;

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

/// The id of a stored card: a GUID of 36 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardId(String);

impl CardId {
    /// Checks and takes an id.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 36 hexadecimal digits and hyphens.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidRequest> {
        let id = id.into();
        if !is_guid(&id) {
            return Err(InvalidRequest::Shape {
                field: "CardId",
                rule: "36 hexadecimal digits and hyphens",
            });
        }
        Ok(Self(id))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 36 characters of `0-9 A-F a-f -`.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardId({self})")
    }
}

/// The id of a payment page's session, as `Init` answered it. Sessions live 60 minutes unless support
/// sets them otherwise.
///
/// Whoever has it may open the page, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    /// The id, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is 36 hexadecimal digits and hyphens, as documented. A browser is sent to no other.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        is_guid(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_fifty_characters_without_separators() {
        for good in ["1", "ord-1", "nw9z5rl8hkhhpfbb4ual7w", &"Ж".repeat(50)] {
            assert!(OrderId::new(good).is_ok(), "{good}");
        }
        for wrong in ["", "x;Amount=1", " a", "a\n", &"a".repeat(51)] {
            assert!(OrderId::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn random_ids_are_guids_and_differ() {
        let (one, other) = (OrderId::random(), OrderId::random());
        assert_ne!(one, other);
        let groups: Vec<_> = one.as_str().split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(one.as_str().chars().nth(14), Some('4'));
    }
}
