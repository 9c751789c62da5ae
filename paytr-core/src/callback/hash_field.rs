//! The `hash` of a body: percent-encoded base64, read in one go.

use super::pairs::Decoded;
use crate::credentials::Signature;
use crate::credentials::base64::Group;

/// Reads the raw value of a `hash`: 44 characters of canonical base64 once they are decoded.
#[inline]
pub(super) fn read_hash(raw: &[u8]) -> Option<Signature> {
    let mut rest = raw;
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
    last.copy_from_slice(&Group::last_bytes(decoded_four(&mut rest)?)?);
    rest.is_empty().then(|| Signature::from_bytes(bytes))
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
