use std::borrow::Cow;
use std::fmt;

use super::pairs::{decode, pairs};

/// The fields that PayTR does not sign.
///
/// Whoever can replay a genuine notification can write anything here. Show them, log them with care
/// (they may hold personal data), but decide nothing by them.
#[derive(Clone, Copy)]
pub struct Unsigned<'a> {
    body: &'a [u8],
    signed: &'static [&'static str],
}

impl<'a> Unsigned<'a> {
    /// The fields of a body but the signed ones and the hash.
    pub(super) fn new(body: &'a [u8], signed: &'static [&'static str]) -> Self {
        Self { body, signed }
    }

    /// No fields.
    pub(crate) fn none() -> Self {
        Self {
            body: &[],
            signed: &[],
        }
    }

    /// The value of a field, decoded; `None` if it is not there. Bytes that are not UTF-8 are
    /// replaced.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        pairs(self.body)
            .find(|(raw, _)| &*decode(raw) == name.as_bytes())
            .map(|(_, value)| text(value))
    }

    /// All fields in the order they arrived, decoded.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
        let signed = self.signed;
        pairs(self.body)
            .map(|(name, value)| (text(name), text(value)))
            .filter(move |(name, _)| !signed.contains(&&**name))
    }

    /// `failed_reason_code`: why a payment failed.
    #[must_use]
    pub fn failed_reason_code(&self) -> Option<Cow<'a, str>> {
        self.get("failed_reason_code")
            .filter(|code| !code.is_empty())
    }

    /// `failed_reason_msg`: PayTR's Turkish text for the buyer. Escape it before showing it.
    #[must_use]
    pub fn failed_reason_msg(&self) -> Option<Cow<'a, str>> {
        self.get("failed_reason_msg")
            .filter(|text| !text.is_empty())
    }

    /// `payment_type`: `card`, `eft`, `bex`.
    #[must_use]
    pub fn payment_type(&self) -> Option<Cow<'a, str>> {
        self.get("payment_type").filter(|kind| !kind.is_empty())
    }

    /// `installment_count`: 1 for a single payment.
    #[must_use]
    pub fn installment_count(&self) -> Option<u8> {
        self.get("installment_count")?.parse().ok()
    }
}

pub(super) fn text(raw: &[u8]) -> Cow<'_, str> {
    match decode(raw) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unsigned(..)")
    }
}
