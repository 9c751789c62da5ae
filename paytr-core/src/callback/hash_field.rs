//! The `hash` of a body: percent-encoded base64, read in one go.

use super::pairs::Decoded;
use crate::credentials::Signature;
use crate::credentials::base64::Group;

/// Reads the raw value of a `hash`: 44 characters of canonical base64 once they are decoded.
pub(super) fn read_hash(raw: &[u8]) -> Option<Signature> {
    let (hash, rest) = cut_hash(raw)?;
    rest.is_empty().then_some(hash)
}

/// Reads the raw value of a `hash` up to the next pair, without a look for its end before. What follows begins with
/// `&`, or there is nothing more.
#[inline]
pub(super) fn cut_hash(text: &[u8]) -> Option<(Signature, &[u8])> {
    let mut rest = text;
    let mut bytes = [0; 32];
    let (triples, last) = bytes.as_chunks_mut::<3>();
    for triple in triples {
        // Most groups stand there plainly.
        if let Some((four, after)) = rest.split_first_chunk::<4>() {
            let group = Group::of(*four);
            if group.is_plain() {
                *triple = group.bytes()?;
                rest = after;
                continue;
            }
        }
        *triple = Group::of(decoded_four(&mut rest)?).bytes()?;
    }
    // Nearly every hash ends in escaped padding.
    let last_four = match *rest {
        [a, b, c, b'%', b'3', b'D', ref after @ ..] if Group::of([a, b, c, b'A']).is_plain() => {
            rest = after;
            [a, b, c, b'=']
        }
        _ => decoded_four(&mut rest)?,
    };
    last.copy_from_slice(&Group::last_bytes(last_four)?);
    matches!(rest, [] | [b'&', ..]).then(|| (Signature::from_bytes(bytes), rest))
}

#[inline]
fn decoded_four(rest: &mut &[u8]) -> Option<[u8; 4]> {
    let mut decoded = Decoded { rest };
    let mut next = || decoded.next();
    let four = [next()?, next()?, next()?, next()?];
    *rest = decoded.rest;
    Some(four)
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    /// The same in two steps.
    fn decoded_first(raw: &[u8]) -> Option<Vec<u8>> {
        let text: Vec<u8> = Decoded { rest: raw }.collect();
        let bytes = STANDARD.decode(&text).ok()?;
        (text.len() == 44 && bytes.len() == 32).then_some(bytes)
    }

    fn is_read_alike(raw: &[u8]) -> Result<(), TestCaseError> {
        let ours = read_hash(raw);
        let theirs = decoded_first(raw);
        prop_assert_eq!(
            ours.map(|hash| hash.to_base64()),
            theirs.map(|bytes| STANDARD.encode(bytes))
        );
        Ok(())
    }

    #[test]
    fn a_plus_sign_that_is_not_escaped_is_a_blank_wherever_it_stands() {
        for padding in ["=", "%3D", "%3d"] {
            for place in 0..43 {
                let mut digits = ["A"; 43];
                digits[42] = "8";
                let good = digits.concat() + padding;
                assert!(read_hash(good.as_bytes()).is_some(), "{good}");
                digits[place] = "+";
                let plus = digits.concat() + padding;
                assert!(read_hash(plus.as_bytes()).is_none(), "{plus}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_hash_is_read_as_a_form_and_then_as_base64(
            bytes in any::<[u8; 32]>(),
            escape_all in any::<bool>(),
        ) {
            let text = STANDARD.encode(bytes);
            let raw: String = if escape_all {
                text.bytes().flat_map(|byte| ["%".to_owned(), format!("{byte:02x}")]).collect()
            } else {
                form_urlencoded::byte_serialize(text.as_bytes()).collect()
            };
            prop_assert!(read_hash(raw.as_bytes()).is_some());
            is_read_alike(raw.as_bytes())?;
        }

        #[test]
        fn with_something_put_in_or_taken_out_it_is_read_alike(
            bytes in any::<[u8; 32]>(),
            place in 0_usize..60,
            other in proptest::option::of("[A-Za-z0-9+/=%&\u{e7} -]{1,3}"),
            taken in 0_usize..3,
        ) {
            let text = STANDARD.encode(bytes);
            let raw: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let place = place.min(raw.len());
            let end = (place + taken).min(raw.len());
            let changed = [&raw[..place], &other.unwrap_or_default(), &raw[end..]].concat();
            is_read_alike(changed.as_bytes())?;
        }
    }
}
