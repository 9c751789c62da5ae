use std::fmt;
use std::str::FromStr;

use crate::api::InvalidRequest;
use crate::id_form::random_characters;

/// A `trans_id`: the shop's id of a transfer or a cashout, which PayTR takes once.
///
/// It is what makes these requests safe to ask for again: a second request with the same id is refused
/// ([`PlatformTransfer`](super::PlatformTransfer) 009, [`Cashout`](super::Cashout) 203). Write it to
/// the shop's own records before sending.
///
/// Make it with [`random`](Self::random) or from a counter of the shop's own. Never from a text that a
/// client sent, and never from an order id: status inquiry, instalment rates, payment detail and
/// cashout sign the same text, `merchant_id + id + salt`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TransId(Box<str>);

impl TransId {
    /// Takes an id of 1 to 64 ASCII letters and digits. A platform transfer takes 60 at most.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for anything else; PayTR refuses hyphens.
    pub fn new(id: &str) -> Result<Self, InvalidRequest> {
        let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !(1..=64).contains(&id.len()) || !is_plain {
            return Err(InvalidRequest::Shape {
                field: "trans_id",
                rule: "1 to 64 ASCII letters and digits, without - or _",
            });
        }
        Ok(Self(id.into()))
    }

    /// A new id: `T` and 25 random characters, 125 bits.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[must_use]
    pub fn random() -> Self {
        Self(format!("T{}", random_characters::<25>()).into())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TransId {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        Self::new(text)
    }
}

impl fmt::Display for TransId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
