//! Which order, of which merchant.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A merchant's namespace and an order id in it.
///
/// Two merchants may use the same order id; their orders never meet. The namespace has 1 to 128
/// bytes, the order id 1 to 255, neither has control characters. Providers narrow this further in
/// their own types.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrderKey {
    merchant_len: u8,
    // Both parts in one text, the merchant first. Shared, because a key is cloned several times on the way
    // of each payment.
    text: Arc<str>,
}

impl OrderKey {
    /// Longest merchant namespace, in bytes.
    pub const MAX_MERCHANT_LEN: usize = 128;
    /// Longest order id, in bytes.
    pub const MAX_ORDER_ID_LEN: usize = 255;

    /// Makes a key.
    ///
    /// # Errors
    ///
    /// [`OrderKeyError`] when a part is empty, too long, or has a control character.
    pub fn new(
        merchant: impl AsRef<str>,
        order_id: impl AsRef<str>,
    ) -> Result<Self, OrderKeyError> {
        let (merchant, order_id) = (merchant.as_ref(), order_id.as_ref());
        check("merchant", merchant, Self::MAX_MERCHANT_LEN)?;
        check("order id", order_id, Self::MAX_ORDER_ID_LEN)?;
        let too_long = OrderKeyError::Length {
            part: "merchant",
            max: Self::MAX_MERCHANT_LEN,
        };
        Ok(Self {
            merchant_len: u8::try_from(merchant.len()).map_err(|_| too_long)?,
            text: joined(merchant, order_id),
        })
    }

    /// The merchant's namespace; for PayTR the merchant id.
    #[must_use]
    pub fn merchant(&self) -> &str {
        self.parts().0
    }

    /// The order id; for PayTR the `merchant_oid`.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.text.split_at(usize::from(self.merchant_len))
    }
}

/// Both parts in one text, made without a text in between.
fn joined(merchant: &str, order_id: &str) -> Arc<str> {
    // Longer keys are allowed, and rare.
    let mut room = [0; 96];
    match join(&mut room, merchant, order_id) {
        Some(text) => text.into(),
        None => [merchant, order_id].concat().into(),
    }
}

fn join<'a>(room: &'a mut [u8], merchant: &str, order_id: &str) -> Option<&'a str> {
    let room = room.get_mut(..merchant.len() + order_id.len())?;
    let (first, second) = room.split_at_mut_checked(merchant.len())?;
    first.copy_from_slice(merchant.as_bytes());
    second.copy_from_slice(order_id.as_bytes());
    std::str::from_utf8(room).ok()
}

fn check(part: &'static str, text: &str, max: usize) -> Result<(), OrderKeyError> {
    if text.is_empty() || text.len() > max {
        return Err(OrderKeyError::Length { part, max });
    }
    // Looks at all bytes: that is faster than to stop early.
    let is_printable_ascii = |byte: u8| matches!(byte, b' '..=b'~');
    if text
        .bytes()
        .fold(true, |all, byte| all & is_printable_ascii(byte))
    {
        return Ok(());
    }
    if text.chars().any(char::is_control) {
        return Err(OrderKeyError::ControlCharacter { part });
    }
    Ok(())
}

/// By merchant, then by order id.
impl Ord for OrderKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for OrderKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (merchant, order_id) = self.parts();
        write!(f, "{merchant}/{order_id}")
    }
}

impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderKey({self})")
    }
}

/// Why a text cannot be part of an [`OrderKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderKeyError {
    /// Empty or too long.
    #[error("the {part} of an order key has 1 to {max} bytes")]
    Length {
        /// Which part.
        part: &'static str,
        /// The most bytes it may have.
        max: usize,
    },
    /// A control character, such as NUL or a line feed.
    #[error("the {part} of an order key has no control characters")]
    ControlCharacter {
        /// Which part.
        part: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_long_and_control_characters_are_refused() {
        assert!(OrderKey::new("", "A").is_err());
        assert!(OrderKey::new("1", "").is_err());
        assert!(OrderKey::new("1", "A\0").is_err());
        assert!(OrderKey::new("1", "A".repeat(256)).is_err());
        assert!(OrderKey::new("1", "A".repeat(255)).is_ok());
        assert!(OrderKey::new("M".repeat(129), "A").is_err());
        assert!(OrderKey::new("1", "\u{85}").is_err());
        assert!(OrderKey::new("1", "A\u{7f}").is_err());
    }

    #[test]
    fn the_parts_come_back_as_they_went_in() {
        let long = ("M".repeat(128), "A".repeat(255));
        for (merchant, order_id) in [("1", "A"), ("12", "Ö 1"), (&*long.0, &*long.1)] {
            let key = OrderKey::new(merchant, order_id).unwrap();
            assert_eq!((key.merchant(), key.order_id()), (merchant, order_id));
        }
    }

    #[test]
    fn keys_with_the_boundary_elsewhere_are_other_keys() {
        let [one, other] = [("12", "3"), ("1", "23")].map(|(m, o)| OrderKey::new(m, o).unwrap());
        assert_ne!(one, other);
        assert!(other < one, "merchants are compared first");
    }
}
