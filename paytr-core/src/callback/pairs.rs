//! The pairs of a form, the known fields among them, and those that PayTR does not sign.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr2;

use super::hash_field::read_hash;
use super::{GrammarError, UnreadableField};
use crate::credentials::Signature;

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

fn text(raw: &[u8]) -> Cow<'_, str> {
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

/// Splits a body into raw names and values. A pair without `=` has an empty value; empty pairs are
/// passed over.
pub(super) fn pairs(body: &[u8]) -> Pairs<'_> {
    Pairs { rest: body }
}

pub(super) struct Pairs<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest = next_pair(self.rest);
        if self.rest.is_empty() {
            return None;
        }
        let (name, value, after) = cut_pair(self.rest);
        self.rest = after;
        Some((name, value))
    }
}

/// Passes over empty pairs.
#[inline]
pub(super) fn next_pair(mut rest: &[u8]) -> &[u8] {
    while let [b'&', after @ ..] = rest {
        rest = after;
    }
    rest
}

/// The name and the value of the first pair, and what follows.
#[inline]
pub(super) fn cut_pair(rest: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let name_end = memchr2(b'=', b'&', rest).unwrap_or(rest.len());
    let (name, after) = rest.split_at(name_end);
    if let [b'=', after @ ..] = after {
        let (value, after) = cut_value(after);
        (name, value, after)
    } else {
        (name, &[], after)
    }
}

/// The value up to the next pair, and what follows, where it is a few characters long.
#[inline]
pub(super) fn cut_short_value(rest: &[u8]) -> (&[u8], &[u8]) {
    let end = rest.iter().position(|byte| *byte == b'&');
    rest.split_at(end.unwrap_or(rest.len()))
}

/// The value up to the next pair, and what follows.
///
/// Looks at eight bytes at once: most values are so short that calling `memchr` costs more than the search.
#[inline]
pub(super) fn cut_value(rest: &[u8]) -> (&[u8], &[u8]) {
    let (words, tail) = rest.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if has(*word, b'&') {
            // Counted instead of computed: nearly all notifications have values of the same lengths, and
            // what the processor guesses right it does not wait for.
            let place = word.iter().position(|byte| *byte == b'&');
            return rest.split_at(index * 8 + place.unwrap_or_default());
        }
    }
    let in_tail = tail.iter().position(|byte| *byte == b'&');
    rest.split_at(words.len() * 8 + in_tail.unwrap_or(tail.len()))
}

/// Whether a byte of the word is this one.
#[inline]
fn has(word: [u8; 8], byte: u8) -> bool {
    let differs = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    let zero_below = differs.wrapping_sub(u64::from_le_bytes([0x01; 8])) & !differs;
    zero_below & u64::from_le_bytes([0x80; 8]) != 0
}

/// Decodes `%XX` and `+`, as a form is read. Broken escapes stay as they are.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr2(b'%', b'+', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    decoded.extend(Decoded { rest: raw });
    Cow::Owned(decoded)
}

/// The decoded bytes of a raw text.
pub(super) struct Decoded<'a> {
    pub(super) rest: &'a [u8],
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        match (byte, rest) {
            (b'+', _) => Some(b' '),
            (b'%', [high, low, after @ ..]) => {
                let (Some(high), Some(low)) = (hex(*high), hex(*low)) else {
                    return Some(b'%');
                };
                self.rest = after;
                Some(high << 4 | low)
            }
            _ => Some(byte),
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The raw values of the fields that one kind of notification knows.
///
/// Payments have a splitter of their own (`body_fields`): it runs for every sale.
pub(super) struct KnownFields<'a, const N: usize> {
    names: [&'static str; N],
    values: [Option<&'a [u8]>; N],
    /// The first unsigned field that is there twice, or under a name in disguise.
    pub(super) odd: Option<UnreadableField>,
}

impl<'a, const N: usize> KnownFields<'a, N> {
    /// Finds the fields. A signed name must be there once, plainly. An unsigned one that decides something
    /// and is not is noted; names that are not read here may be anything. A foreign name belongs to another
    /// kind that arrives at the same address.
    pub(super) fn split(
        body: &'a [u8],
        names: [&'static str; N],
        foreign: Option<&'static str>,
    ) -> Result<Self, GrammarError> {
        let mut values = [None; N];
        let mut odd = None;
        for (name, value) in pairs(body) {
            let decoded = decode(name);
            let is = |known: &str| known.as_bytes() == &*decoded;
            let mut places = names.iter().zip(&mut values);
            if let Some((known, place)) = places.find(|(known, _)| is(known)) {
                let is_disguised = known.as_bytes() != name;
                let is_repeated = place.replace(value).is_some();
                match UnreadableField::from_name(known.as_bytes()) {
                    Some(field) if is_disguised || is_repeated => odd = odd.or(Some(field)),
                    None if is_disguised => return Err(GrammarError::DisguisedName),
                    None if is_repeated => return Err(GrammarError::Repeated),
                    _ => {}
                }
                continue;
            }
            if let Some(name) = foreign.filter(|foreign| is(foreign)) {
                return Err(GrammarError::Foreign { name });
            }
        }
        Ok(Self { names, values, odd })
    }

    /// The raw value of a field that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&'a [u8], GrammarError> {
        self.get(name).ok_or(GrammarError::Missing { name })
    }

    /// The raw value of a field; `None` if it is not there.
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        let mut fields = self.names.iter().zip(&self.values);
        let (_, value) = fields.find(|(known, _)| **known == name)?;
        *value
    }

    /// The `hash`, which every kind has.
    pub(super) fn signature(&self) -> Result<Signature, GrammarError> {
        read_hash(self.required("hash")?).ok_or(wrong("hash"))
    }
}

/// The error of a value outside its grammar.
pub(super) fn wrong(name: &'static str) -> GrammarError {
    GrammarError::Value { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_ends_at_the_first_ampersand(text in "[a-c&%'\u{a6}\u{e7}]{0,40}") {
            let (value, rest) = cut_value(text.as_bytes());
            let end = text.bytes().position(|byte| byte == b'&').unwrap_or(text.len());
            prop_assert_eq!((value, rest), text.as_bytes().split_at(end));
        }

        #[test]
        fn pairs_read_like_a_url_parser(body in "[a-c=&%+2B\u{e7}]{0,40}") {
            let ours: Vec<(Vec<u8>, Vec<u8>)> = pairs(body.as_bytes())
                .map(|(name, value)| (decode(name).into_owned(), decode(value).into_owned()))
                .collect();
            let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let ours: Vec<_> = ours.iter().map(|(n, v)| (lossy(n), lossy(v))).collect();
            let theirs: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
