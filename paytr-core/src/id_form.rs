//! Ids that the shop makes: a prefix and random letters and digits, always of one length.

use std::fmt;

/// Makes and recognises ids of one form: a prefix of letters, then random letters and digits, 32
/// characters in all.
///
/// At least 20 random characters are 100 bits: nobody guesses an id. One length and a prefix keep
/// the texts that PayTR signs apart, since it joins fields without separators. So give each purpose
/// (orders, links) a prefix of its own, none of which begins with another, and keep it.
///
/// ```
/// use paytr_core::IdForm;
///
/// let links = IdForm::new("LINK")?;
/// let id = links.make();
/// assert!(links.fits(&id));
/// assert!(!IdForm::new("SHOP")?.fits(&id));
/// # Ok::<_, paytr_core::id_form::IdFormError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct IdForm {
    prefix: Box<str>,
    len: usize,
    alphabet: Alphabet,
}

/// Which characters follow the prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Crockford,
    LettersAndDigits,
}

impl IdForm {
    /// Length of every id of a [`new`](Self::new) form, in characters.
    pub const LEN: usize = 32;
    /// Longest id of any form, in characters: that of a `merchant_oid` and a `callback_id`.
    pub const MAX_LEN: usize = 64;
    /// Longest prefix, in letters.
    pub const MAX_PREFIX: usize = 12;

    /// The form with this prefix.
    ///
    /// # Errors
    ///
    /// [`IdFormError`] when the prefix is not 1 to 12 ASCII letters.
    pub fn new(prefix: &str) -> Result<Self, IdFormError> {
        let length_fits = (1..=Self::MAX_PREFIX).contains(&prefix.len());
        if !length_fits || !prefix.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(IdFormError);
        }
        Ok(Self {
            prefix: prefix.into(),
            len: Self::LEN,
            alphabet: Alphabet::Crockford,
        })
    }

    /// The form of ids that a shop has already: a prefix of letters, which may be empty, then ASCII
    /// letters and digits in any case, `len` characters in all.
    ///
    /// Without a prefix nothing but the shop's records keeps link notifications and those of orders
    /// apart. Below 20 characters after the prefix, ids from [`make`](Self::make) can be guessed.
    ///
    /// # Errors
    ///
    /// [`IdFormError`] when the prefix is not 0 to 12 ASCII letters, or `len` is above 64 or leaves no
    /// character after the prefix.
    pub fn existing(prefix: &str, len: usize) -> Result<Self, IdFormError> {
        let prefix_fits = prefix.len() <= Self::MAX_PREFIX.min(len.saturating_sub(1));
        let is_letters = prefix.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !prefix_fits || !is_letters || !(1..=Self::MAX_LEN).contains(&len) {
            return Err(IdFormError);
        }
        Ok(Self {
            prefix: prefix.into(),
            len,
            alphabet: Alphabet::LettersAndDigits,
        })
    }

    /// The prefix.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A new id.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[must_use]
    pub fn make(&self) -> String {
        let random = random_characters::<{ Self::MAX_LEN }>();
        let prefix = self.prefix.chars();
        prefix.chain(random.chars()).take(self.len).collect()
    }

    /// Whether a text has this form.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let fits: fn(&u8) -> bool = match self.alphabet {
            Alphabet::Crockford => |byte| ALPHABET.contains(byte),
            Alphabet::LettersAndDigits => u8::is_ascii_alphanumeric,
        };
        let rest = text.strip_prefix(&*self.prefix);
        text.len() == self.len && rest.is_some_and(|rest| rest.as_bytes().iter().all(fits))
    }
}

impl fmt::Debug for IdForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdForm({}, {})", self.prefix, self.len)
    }
}

/// Ids cannot have this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ids have a prefix of at most 12 ASCII letters and at most 64 characters in all")]
pub struct IdFormError;

/// Crockford's base32: no letters that are mistaken for digits.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// This many random letters and digits, five bits each.
pub(crate) fn random_characters<const LEN: usize>() -> String {
    let mut bytes = [0; LEN];
    #[expect(
        clippy::expect_used,
        reason = "without random bytes ids could be guessed or repeat: better to stop"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    // 256 is a multiple of 32, so every character is equally likely.
    let characters = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    characters.map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_of_one_length_and_recognised() {
        for prefix in ["A", "SHOP", "ABCDEFGHIJKL"] {
            let form = IdForm::new(prefix).unwrap();
            let made: HashSet<_> = (0..1_000).map(|_| form.make()).collect();
            assert_eq!(made.len(), 1_000);
            for id in made {
                assert_eq!(id.len(), IdForm::LEN);
                assert!(form.fits(&id), "{id}");
            }
        }
    }

    #[test]
    fn foreign_ids_are_not_recognised() {
        let form = IdForm::new("SHOP").unwrap();
        let good = form.make();
        let lower = good.to_lowercase();
        let short = &good[..31];
        let long = format!("{good}A");
        let other = format!("POHS{}", &good[4..]);
        let letter = format!("{}U", &good[..31]);
        for wrong in ["", "SHOP", &lower, short, &long, &other, &letter] {
            assert!(!form.fits(wrong), "{wrong}");
        }
        assert!(!form.fits("SHOP<script>alert(1)</script>000"));
    }

    #[test]
    fn existing_ids_have_one_length_and_any_letters() {
        let form = IdForm::existing("Link", 8).unwrap();
        assert!(form.fits("Linku123") && form.fits("LinkABCD"));
        assert!(form.fits(&form.make()));
        for wrong in ["link1234", "Link123", "Link12345", "Link123-", "Linkü12"] {
            assert!(!form.fits(wrong), "{wrong}");
        }
        assert!(IdForm::existing("", 64).is_ok_and(|form| form.fits(&"9".repeat(64))));
        for (prefix, len) in [("", 0), ("", 65), ("LINK", 4), ("LINK", 3), ("1", 5)] {
            assert!(IdForm::existing(prefix, len).is_err(), "{prefix} {len}");
        }
    }

    #[test]
    fn a_prefix_is_one_to_twelve_letters() {
        for wrong in ["", "123456", "SHOP1", "SH-OP", "ŞOP", "ABCDEFGHIJKLM"] {
            assert!(IdForm::new(wrong).is_err(), "{wrong}");
        }
    }
}
