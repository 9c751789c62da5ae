//! What a form carries to prove that it was made here, for this person and this purpose, and is sent once.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Operator;
use crate::pages::random_bytes;

/// How long a form may be filled in, in seconds.
const LIFE: u64 = 3_600;

/// Most ids of used forms that are remembered. No person sends so many in an hour.
const MOST_USED: usize = 10_000;

/// Makes and takes the tokens of forms.
///
/// A node remembers the tokens that it took. Where several nodes share a key, another one would take the
/// same token again; what the forms do is safe against that by itself: an entry is resolved once, a refund
/// has one reference, a payment is delivered once.
pub(super) struct Tokens {
    keyed: Hmac<Sha256>,
    /// Random ids and when they expire.
    used: Mutex<HashMap<[u8; 16], u64>>,
}

/// Why a form is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenProblem {
    /// There is none, or it was made elsewhere, for somebody else or for something else.
    Foreign,
    /// It is older than an hour.
    Expired,
    /// The form was sent before.
    Used,
    /// Too many forms were sent within the hour.
    TooMany,
}

impl Tokens {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let keyed = Hmac::new_from_slice(key).expect("HMAC takes a key of any length");
        Self {
            keyed,
            used: Mutex::default(),
        }
    }

    /// A token for one form of this person.
    pub(super) fn issue(&self, operator: &Operator, purpose: &str) -> String {
        self.issue_at(operator, purpose, unix_now())
    }

    fn issue_at(&self, operator: &Operator, purpose: &str, now: u64) -> String {
        let (id, expiry) = (random_bytes::<16>(), now.saturating_add(LIFE));
        let tag = self.mac(operator, purpose, expiry, &id).finalize();
        format!("{}.{expiry}.{}", hex(&id), hex(&tag.into_bytes()))
    }

    /// Takes a token, once.
    pub(super) fn accept(
        &self,
        token: &str,
        operator: &Operator,
        purpose: &str,
    ) -> Result<(), TokenProblem> {
        self.accept_at(token, operator, purpose, unix_now())
    }

    fn accept_at(
        &self,
        token: &str,
        operator: &Operator,
        purpose: &str,
        now: u64,
    ) -> Result<(), TokenProblem> {
        let (id, expiry, tag) = parts(token).ok_or(TokenProblem::Foreign)?;
        let mac = self.mac(operator, purpose, expiry, &id);
        mac.verify_slice(&tag).map_err(|_| TokenProblem::Foreign)?;
        if expiry <= now {
            return Err(TokenProblem::Expired);
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(&id) {
            return Err(TokenProblem::Used);
        }
        if used.len() >= MOST_USED {
            used.retain(|_, expiry| *expiry > now);
        }
        if used.len() >= MOST_USED {
            return Err(TokenProblem::TooMany);
        }
        used.insert(id, expiry);
        Ok(())
    }

    fn mac(&self, operator: &Operator, purpose: &str, expiry: u64, id: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        // The length goes first, so that name and purpose cannot be cut apart in another way.
        let length = u64::try_from(operator.name().len()).unwrap_or(u64::MAX);
        mac.update(b"paytr-flow form 1");
        mac.update(&length.to_be_bytes());
        mac.update(operator.name().as_bytes());
        mac.update(&expiry.to_be_bytes());
        mac.update(id);
        mac.update(purpose.as_bytes());
        mac
    }
}

fn unix_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn parts(token: &str) -> Option<([u8; 16], u64, [u8; 32])> {
    let (id, rest) = token.split_once('.')?;
    let (expiry, tag) = rest.split_once('.')?;
    Some((from_hex(id)?, expiry.parse().ok()?, from_hex(tag)?))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = text.as_bytes();
    if bytes.len() != 2 * N || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut read = [0; N];
    for (byte, pair) in read.iter_mut().zip(bytes.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(name: &str) -> Operator {
        Operator::new(name).unwrap()
    }

    #[test]
    fn a_token_is_taken_once_by_its_person_for_its_purpose() {
        let tokens = Tokens::new(&[7; 32]);
        let ayse = operator("ayse");
        let token = tokens.issue(&ayse, "reviews/1/dismiss");
        let foreign = Err(TokenProblem::Foreign);
        let mehmet = operator("mehmet");
        assert_eq!(tokens.accept(&token, &mehmet, "reviews/1/dismiss"), foreign);
        assert_eq!(tokens.accept(&token, &ayse, "reviews/2/dismiss"), foreign);
        assert_eq!(tokens.accept("", &ayse, "reviews/1/dismiss"), foreign);
        let other_key = Tokens::new(&[8; 32]);
        assert_eq!(
            other_key.accept(&token, &ayse, "reviews/1/dismiss"),
            foreign
        );
        assert_eq!(tokens.accept(&token, &ayse, "reviews/1/dismiss"), Ok(()));
        let again = tokens.accept(&token, &ayse, "reviews/1/dismiss");
        assert_eq!(again, Err(TokenProblem::Used));
        let upper = token.to_uppercase();
        let again = tokens.accept(&upper, &ayse, "reviews/1/dismiss");
        assert_eq!(again, Err(TokenProblem::Used));
    }

    #[test]
    fn a_token_of_another_node_with_the_key_is_taken() {
        let (one, other) = (Tokens::new(&[7; 32]), Tokens::new(&[7; 32]));
        let token = one.issue(&operator("ayse"), "x");
        assert_eq!(other.accept(&token, &operator("ayse"), "x"), Ok(()));
    }

    #[test]
    fn a_token_lives_for_an_hour_and_cannot_be_made_to_live_longer() {
        let tokens = Tokens::new(&[7; 32]);
        let ayse = operator("ayse");
        let token = tokens.issue_at(&ayse, "x", 1_000);
        let late = tokens.accept_at(&token, &ayse, "x", 1_000 + LIFE);
        assert_eq!(late, Err(TokenProblem::Expired));
        let longer = token.replace(".4600.", ".9999.");
        assert_ne!(longer, token);
        let forged = tokens.accept_at(&longer, &ayse, "x", 1_000);
        assert_eq!(forged, Err(TokenProblem::Foreign));
        assert_eq!(tokens.accept_at(&token, &ayse, "x", 999 + LIFE), Ok(()));
    }

    #[test]
    fn name_and_purpose_are_not_cut_apart_in_another_way() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.issue(&operator("ab"), "c");
        let moved = tokens.accept(&token, &operator("a"), "bc");
        assert_eq!(moved, Err(TokenProblem::Foreign));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_forgotten_in_time() {
        let tokens = Tokens::new(&[7; 32]);
        let ayse = operator("ayse");
        for _ in 0..MOST_USED {
            let token = tokens.issue_at(&ayse, "x", 0);
            assert_eq!(tokens.accept_at(&token, &ayse, "x", 0), Ok(()));
        }
        let token = tokens.issue_at(&ayse, "x", 0);
        let full = tokens.accept_at(&token, &ayse, "x", 0);
        assert_eq!(full, Err(TokenProblem::TooMany));
        let token = tokens.issue_at(&ayse, "x", LIFE);
        assert_eq!(tokens.accept_at(&token, &ayse, "x", LIFE), Ok(()));
        assert_eq!(tokens.used.lock().unwrap().len(), 1);
    }
}
