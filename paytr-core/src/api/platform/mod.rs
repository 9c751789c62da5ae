//! Money that leaves: a marketplace pays its sellers.
//!
//! Both requests are sent once, whatever happens. Each has a [`TransId`] that PayTR takes once, so a
//! person or a job may ask again with the same id when the outcome is unknown.

mod cashout;
mod transfer;

use std::fmt;
use std::str::FromStr;

use crate::api::{DecodeError, InvalidRequest};
use crate::id_form::random_characters;
use crate::reply::JsonReply;

pub use cashout::{AcceptedCashout, Cashout, Payout};
pub use transfer::{AcceptedTransfer, PlatformTransfer};

/// A `trans_id`: the shop's id of a transfer or a cashout, which PayTR takes once.
///
/// On the wire: `trans_id`, 1 to 60 letters and digits for a transfer, 1 to 64 for a cashout. Documented:
/// <https://dev.paytr.com/platform-transfer-talebi/transfer-talimatinin-verilmesi>, August 2026.
///
/// It is what makes these requests safe to ask for again: a second request with the same id is refused
/// ([`PlatformTransfer`] 009, [`Cashout`] 203). Write it to
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

/// A Turkish IBAN: `TR`, two check digits and 22 more digits, without blanks. Its checksum is right.
///
/// On the wire: `transfer_iban` and `iban`, 26 characters. Documented:
/// <https://dev.paytr.com/platform-transfer-talebi/transfer-talimatinin-verilmesi>, August 2026.
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

/// The shop's id in a reply. A reply about another transfer says nothing about this one.
fn echo(reply: &JsonReply, sent: &TransId) -> Result<TransId, DecodeError> {
    match reply.filled("trans_id") {
        Some(came) if came != sent.as_str() => Err(DecodeError::Value { name: "trans_id" }),
        _ => Ok(sent.clone()),
    }
}
