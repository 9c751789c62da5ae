//! Which order, of which merchant.

use std::fmt;
use std::sync::Arc;

/// A merchant's namespace and an order id in it.
///
/// Two merchants may use the same order id; their orders never meet. The namespace has 1 to 128
/// bytes, the order id 1 to 255, neither has control characters. Providers narrow this further in
/// their own types.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderKey {
    // Shared, because a key is cloned several times on the way of each payment.
    merchant: Arc<str>,
    order_id: Arc<str>,
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
        Ok(Self {
            merchant: merchant.into(),
            order_id: order_id.into(),
        })
    }

    /// The merchant's namespace; for PayTR the merchant id.
    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    /// The order id; for PayTR the `merchant_oid`.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_id
    }
}

fn check(part: &'static str, text: &str, max: usize) -> Result<(), OrderKeyError> {
    if text.is_empty() || text.len() > max {
        return Err(OrderKeyError::Length { part, max });
    }
    if text.chars().any(char::is_control) {
        return Err(OrderKeyError::ControlCharacter { part });
    }
    Ok(())
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.merchant, self.order_id)
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
    }
}
