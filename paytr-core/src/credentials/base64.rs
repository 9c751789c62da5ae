//! The 44 characters of a hash, read without a general engine.

/// A character that is no digit.
const NO_DIGIT: u32 = 1 << 31;
/// The digit `+`, which a form writes for a blank where it is not escaped.
const PLUS: u32 = 1 << 30;

/// What a character says at each of the four places of a group: six bits of 24, or [`NO_DIGIT`].
const PLACES: [[u32; 256]; 4] = {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut places = [[NO_DIGIT; 256]; 4];
    let mut place = 0;
    #[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
    while place < 4 {
        let mut value: u32 = 0;
        while value < 64 {
            places[place][digits[value as usize] as usize] = value << (18 - 6 * place);
            value += 1;
        }
        places[place][b'+' as usize] |= PLUS;
        place += 1;
    }
    places
};

/// Four digits of standard base64.
#[derive(Clone, Copy)]
pub(crate) struct Group(u32);

impl Group {
    #[inline]
    pub(crate) fn of(characters: [u8; 4]) -> Self {
        let mut all = 0;
        for (place, character) in PLACES.iter().zip(characters) {
            let said = place.get(usize::from(character));
            all |= said.copied().unwrap_or(NO_DIGIT);
        }
        Self(all)
    }

    /// Whether all four are digits that stand for themselves in a form.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self.0 & (NO_DIGIT | PLUS) == 0
    }

    /// The three bytes; `None` if a character was no digit.
    #[inline]
    pub(crate) fn bytes(self) -> Option<[u8; 3]> {
        let [_, bytes @ ..] = self.0.to_be_bytes();
        (self.0 & NO_DIGIT == 0).then_some(bytes)
    }

    /// The two bytes of a last group with one character of padding, in canonical form: the bits of its third
    /// digit that stand for nothing are zero.
    #[inline]
    pub(crate) fn last_bytes([a, b, c, padding]: [u8; 4]) -> Option<[u8; 2]> {
        let [first, second, rest] = Self::of([a, b, c, b'A']).bytes()?;
        (padding == b'=' && rest == 0).then_some([first, second])
    }
}

/// The 32 bytes of standard base64 with padding, in canonical form.
///
/// The `base64` crate says the same and is slower on so short a text.
#[inline]
pub(super) fn decode_32(text: &[u8; 44]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let (groups, _) = text.as_chunks::<4>();
    let (triples, last) = bytes.as_chunks_mut::<3>();
    for (place, group) in triples.iter_mut().zip(groups) {
        *place = Group::of(*group).bytes()?;
    }
    last.copy_from_slice(&Group::last_bytes(*groups.last()?)?);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn of_library(text: &[u8; 44]) -> Option<[u8; 32]> {
        STANDARD.decode(text).ok()?.try_into().ok()
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(bytes in any::<[u8; 32]>()) {
            let text: [u8; 44] = STANDARD.encode(bytes).into_bytes().try_into().unwrap();
            prop_assert_eq!(decode_32(&text), Some(bytes));
        }

        #[test]
        fn one_other_character_is_read_as_the_base64_crate_reads_it(
            bytes in any::<[u8; 32]>(),
            place in 0_usize..44,
            other in any::<u8>(),
        ) {
            let mut text: [u8; 44] = STANDARD.encode(bytes).into_bytes().try_into().unwrap();
            text[place] = other;
            prop_assert_eq!(decode_32(&text), of_library(&text));
        }
    }
}
