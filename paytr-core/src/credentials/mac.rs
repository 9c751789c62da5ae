//! HMAC-SHA256 with its key worked in once.

use std::hint::black_box;

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The state of SHA-256 before its first block (FIPS 180-4, 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
const BLOCK: usize = 64;
/// Two blocks: a notification's message and its padding fit, so that they are hashed in one go.
const ROOM: usize = 2 * BLOCK;

/// A key of HMAC-SHA256 (RFC 2104), as the two states that hashing begins with. Wiped on drop.
///
/// Written out on the compression function of `sha2`: a message is three blocks at most, and what a general
/// hasher does around them, to take any number of pieces of any length, would cost half as much again.
pub(super) struct MacKey {
    inner: Zeroizing<[u32; 8]>,
    outer: Zeroizing<[u32; 8]>,
}

impl MacKey {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        let digest;
        let short = if key.len() > BLOCK {
            digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
            &*digest
        } else {
            key
        };
        for (place, byte) in block.iter_mut().zip(short) {
            *place = *byte;
        }
        Self {
            inner: begun(&block, 0x36),
            outer: begun(&block, 0x5c),
        }
    }

    /// The MAC of the pieces, joined.
    #[inline]
    pub(super) fn mac<'a>(&self, pieces: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
        let mut inner = Hashing::after_a_block(&self.inner);
        for piece in pieces {
            inner.add(piece);
        }
        let mut outer = *self.outer;
        let mut block = [0; BLOCK];
        let (digest, padding) = block.split_at_mut(32);
        digest.copy_from_slice(&inner.end());
        end_padding(padding, (BLOCK + 32) as u64);
        compress256(&mut outer, &[block]);
        bytes(outer)
    }
}

/// The state after the block of the key.
fn begun(key: &[u8; BLOCK], pad: u8) -> Zeroizing<[u32; 8]> {
    let mut state = Zeroizing::new(START);
    let padded = Zeroizing::new(key.map(|byte| byte ^ pad));
    compress256(&mut state, &[*padded]);
    state
}

/// SHA-256 on its way.
struct Hashing {
    state: [u32; 8],
    room: [u8; ROOM],
    filled: usize,
    /// Bytes so far, those in the room not counted.
    hashed: u64,
}

impl Hashing {
    #[inline]
    fn after_a_block(state: &[u32; 8]) -> Self {
        Self {
            state: *state,
            room: [0; ROOM],
            filled: 0,
            hashed: BLOCK as u64,
        }
    }

    #[inline]
    fn add(&mut self, mut piece: &[u8]) {
        loop {
            let (_, free) = self.room.split_at_mut(self.filled.min(ROOM));
            if let Some(place) = free.get_mut(..piece.len()) {
                place.copy_from_slice(piece);
                self.filled += piece.len();
                return;
            }
            let (fits, rest) = piece.split_at(free.len().min(piece.len()));
            free.copy_from_slice(fits);
            compress256(&mut self.state, self.room.as_chunks::<BLOCK>().0);
            self.hashed += ROOM as u64;
            self.room = [0; ROOM];
            self.filled = 0;
            piece = rest;
        }
    }

    #[inline]
    fn end(mut self) -> [u8; 32] {
        // A full room has no place for the mark that ends the message.
        if self.filled == ROOM {
            compress256(&mut self.state, self.room.as_chunks::<BLOCK>().0);
            self.hashed += ROOM as u64;
            self.room = [0; ROOM];
            self.filled = 0;
        }
        let length = self.hashed + self.filled as u64;
        // The mark and the length take nine bytes.
        let blocks = match self.filled {
            ..=55 => 1,
            56..=119 => 2,
            _ => 3,
        };
        let mut third = [0; BLOCK];
        if let Some(padding) = self.room.get_mut(self.filled..(blocks * BLOCK).min(ROOM)) {
            if blocks <= 2 {
                end_padding(padding, length);
            } else {
                mark(padding);
                end_length(&mut third, length);
            }
        }
        let (whole, _) = self.room.as_chunks::<BLOCK>();
        compress256(&mut self.state, whole.get(..blocks).unwrap_or(whole));
        if blocks == 3 {
            compress256(&mut self.state, &[third]);
        }
        // It held the salt. Seen from outside, so that the wiping is not left out.
        self.room = [0; ROOM];
        black_box(&self.room);
        bytes(self.state)
    }
}

fn end_padding(padding: &mut [u8], length: u64) {
    mark(padding);
    end_length(padding, length);
}

fn mark(padding: &mut [u8]) {
    if let Some(first) = padding.first_mut() {
        *first = 0x80;
    }
}

/// The length in bits, in the last eight bytes.
fn end_length(padding: &mut [u8], length: u64) {
    if let Some(last) = padding.last_chunk_mut::<8>() {
        *last = (length * 8).to_be_bytes();
    }
}

#[inline]
fn bytes(state: [u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (place, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    fn of_library(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    #[test]
    fn every_length_of_message_and_key_is_what_the_hmac_crate_makes_of_it() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for length in 0..400 {
            let message = &text[..length];
            let ours = MacKey::new(b"aB3dE6gH9jK2mN5p").mac([message].into_iter());
            assert_eq!(ours, of_library(b"aB3dE6gH9jK2mN5p", message), "{length}");
        }
        for length in 0..200 {
            let key = &text[..length];
            let ours = MacKey::new(key).mac([&text[..59]].into_iter());
            assert_eq!(ours, of_library(key, &text[..59]), "{length}");
        }
    }

    proptest! {
        #[test]
        fn where_a_message_is_cut_does_not_matter(
            message in proptest::collection::vec(any::<u8>(), 0..300),
            cuts in proptest::collection::vec(0_usize..300, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(message.len())).collect();
            cuts.extend([0, message.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &message[pair[0]..pair[1]]);
            prop_assert_eq!(MacKey::new(b"key").mac(pieces), of_library(b"key", &message));
        }
    }
}
