//! The tokens by which an app proves who it is.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// The tokens of one merchant's app. `Debug` shows how many there are.
#[derive(Clone, Default)]
pub(crate) struct ApiTokens(Vec<[u8; 32]>);

/// The shortest token, in characters.
const MIN_TOKEN: usize = 32;

impl ApiTokens {
    /// Adds one; several hold while they are being changed.
    pub(crate) fn add(&mut self, token: &str) -> Result<(), &'static str> {
        let is_visible = token.bytes().all(|byte| byte.is_ascii_graphic());
        if token.len() < MIN_TOKEN || !is_visible {
            return Err(
                "a token has 32 characters or more, ASCII without blanks: make one with `openssl rand -hex 32`",
            );
        }
        self.0.push(digest(token.as_bytes()));
        Ok(())
    }

    /// Whether a token of these is one of those: then it says nothing of whose it is.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().any(|token| other.0.contains(token))
    }

    /// Whether the header `Authorization` has one of the tokens. It takes as long for a right one as for a wrong
    /// one: digests are compared, all of them, in constant time.
    pub(crate) fn admit(&self, authorization: &[u8]) -> bool {
        let Some(token) = bearer(authorization) else {
            return false;
        };
        let sent = digest(token);
        let none = Choice::from(0);
        let any = self
            .0
            .iter()
            .fold(none, |any, known| any | known.ct_eq(&sent));
        any.into()
    }
}

impl fmt::Debug for ApiTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiTokens({})", self.0.len())
    }
}

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The token in an `Authorization` header: RFC 6750.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = header.split_at_checked(7)?;
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_opens() {
        let mut tokens = ApiTokens::default();
        assert!(!tokens.admit(b"Bearer "));
        tokens.add("0123456789abcdef0123456789abcdef").unwrap();
        tokens.add("fedcba9876543210fedcba9876543210").unwrap();
        assert!(tokens.admit(b"Bearer 0123456789abcdef0123456789abcdef"));
        assert!(tokens.admit(b"bearer  fedcba9876543210fedcba9876543210"));
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "0123456789abcdef0123456789abcdef",
            "Basic 0123456789abcdef0123456789abcdef",
            "Digest 0123456789abcdef0123456789abcdef",
            "Bearer 0123456789abcdef0123456789abcde",
            "Bearer 0123456789abcdef0123456789abcdeff",
            "Bearer 0123456789abcdef0123456789abcdeF",
        ] {
            assert!(!tokens.admit(wrong.as_bytes()), "{wrong}");
        }
        assert_eq!(format!("{tokens:?}"), "ApiTokens(2)");
    }

    #[test]
    fn a_token_that_could_be_guessed_is_refused() {
        let mut tokens = ApiTokens::default();
        assert!(tokens.add("short").is_err());
        assert!(tokens.add("0123456789abcdef 123456789abcdef").is_err());
    }
}
