//! The shop's order ids and Paytrek's identifiers. Each is checked against its format before it can enter a
//! path.

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

/// Declares a token type: a checked text that `Debug` shortens.
macro_rules! token {
    ($(#[$doc:meta])* $name:ident, $field:literal, $fits:path, $format:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            #[doc = concat!("Checks and takes the text: ", $format, ".")]
            ///
            /// # Errors
            ///
            /// [`TokenError`] for anything else.
            pub fn new(text: &str) -> Result<Self, TokenError> {
                let error = TokenError { field: $field, format: $format };
                $fits(text.as_bytes()).then(|| Self(text.into())).ok_or(error)
            }

            /// The whole text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TokenError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            /// The first eight characters: enough to find it, too little to use it.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({}..)", stringify!($name), self.0.get(..8).unwrap_or(""))
            }
        }
    };
}

token!(
    /// A sale's token: the key to everything about it.
    ///
    /// It points at a sale and proves nothing: a buyer may bring the token of another sale. Whoever has
    /// it can open the payment page, so `Debug` shortens it.
    SaleToken, "sale_token", is_lower_hex_32, "32 lower-case hexadecimal digits"
);
token!(
    /// A stored card's token. With the shop's credentials it can be charged.
    CardToken, "card_token", is_lower_uuid, "a lower-case UUID with dashes"
);
token!(
    /// A subscription plan's token.
    PlanToken, "plan_token", is_lower_uuid, "a lower-case UUID with dashes"
);
token!(
    /// The token of one payment of a plan.
    SubscriptionToken, "subscription_token", is_lower_uuid, "a lower-case UUID with dashes"
);

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_lower_hex_32(text: &[u8]) -> bool {
    text.len() == 32 && text.iter().copied().all(is_lower_hex)
}

fn is_lower_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => is_lower_hex(*byte),
        })
}

/// The text is not such a token. Never shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {format}")]
pub struct TokenError {
    field: &'static str,
    format: &'static str,
}
