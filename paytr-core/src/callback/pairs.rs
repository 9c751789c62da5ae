//! The pairs of a urlencoded body, without copying them.

use std::borrow::Cow;

use super::GrammarError;

/// More fields than any notification has (PayTR sends fewer than 20).
pub(super) const MAX_PAIRS: usize = 64;

/// Splits a body into raw names and values. A pair without `=` has an empty value; empty pairs are
/// passed over.
pub(super) fn pairs(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => {
                let (name, value) = pair.split_at(at);
                (name, value.get(1..).unwrap_or_default())
            }
            None => (pair, &[][..]),
        })
}

/// The names seen so far, to find a repeated one.
pub(super) struct SeenNames<'a> {
    names: [&'a [u8]; MAX_PAIRS],
    count: usize,
}

impl<'a> SeenNames<'a> {
    pub(super) fn new() -> Self {
        Self {
            names: [&[]; MAX_PAIRS],
            count: 0,
        }
    }

    pub(super) fn add(&mut self, name: &'a [u8]) -> Result<(), GrammarError> {
        let seen = self.names.get(..self.count).unwrap_or_default();
        if seen.contains(&name) {
            return Err(GrammarError::Repeated);
        }
        *self
            .names
            .get_mut(self.count)
            .ok_or(GrammarError::TooLong)? = name;
        self.count += 1;
        Ok(())
    }
}

/// Decodes `%XX` and `+`, as a form is read. Broken escapes stay as they are.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(raw);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    decode_with(raw, |byte| decoded.push(byte));
    Cow::Owned(decoded)
}

/// Decodes into a buffer on the stack; `None` unless exactly `N` bytes come out.
pub(super) fn decode_exactly<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    let mut decoded = [0; N];
    let mut length = 0;
    decode_with(raw, |byte| {
        if let Some(place) = decoded.get_mut(length) {
            *place = byte;
        }
        length += 1;
    });
    (length == N).then_some(decoded)
}

fn decode_with(raw: &[u8], mut push: impl FnMut(u8)) {
    let mut rest = raw;
    loop {
        rest = match rest {
            [] => return,
            [b'+', rest @ ..] => {
                push(b' ');
                rest
            }
            [b'%', high, low, after @ ..] => {
                if let (Some(high), Some(low)) = (hex(*high), hex(*low)) {
                    push(high << 4 | low);
                    after
                } else {
                    push(b'%');
                    rest.get(1..).unwrap_or_default()
                }
            }
            [byte, rest @ ..] => {
                push(*byte);
                rest
            }
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
