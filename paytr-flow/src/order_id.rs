//! Order ids: a prefix of the shop and random letters and digits, always of one length.

use paytr_core::MerchantOid;

use crate::FlowConfigError;
use crate::random::random_bytes;

/// Crockford's base32: no letters that are mistaken for digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Makes and recognises the order ids of this flow.
///
/// At least 20 random characters are 100 bits: nobody guesses an id. One length and a prefix of
/// letters keep the texts that PayTR signs apart, since it joins fields without separators.
#[derive(Debug, Clone)]
pub(crate) struct OrderIds {
    prefix: Box<str>,
}

impl OrderIds {
    /// Length of every id, in characters.
    pub(crate) const LEN: usize = 32;
    const MAX_PREFIX: usize = 12;

    pub(crate) fn new(prefix: &str) -> Result<Self, FlowConfigError> {
        let length_fits = (1..=Self::MAX_PREFIX).contains(&prefix.len());
        if !length_fits || !prefix.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(FlowConfigError::OrderPrefix);
        }
        Ok(Self {
            prefix: prefix.into(),
        })
    }

    /// A new id.
    pub(crate) fn make(&self) -> MerchantOid {
        let random: [u8; Self::LEN] = random_bytes();
        // 256 is a multiple of 32, so every character is equally likely.
        let characters = random
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
            .map(|byte| char::from(*byte));
        let id: String = self
            .prefix
            .chars()
            .chain(characters)
            .take(Self::LEN)
            .collect();
        #[expect(
            clippy::expect_used,
            reason = "prefix and alphabet are ASCII letters and digits"
        )]
        MerchantOid::new(&id).expect("letters and digits of the right length")
    }

    /// The id in a text from outside, if it has the shape of this flow's ids.
    pub(crate) fn recognise(&self, text: &str) -> Option<MerchantOid> {
        let random = text.strip_prefix(&*self.prefix)?;
        let ours = text.len() == Self::LEN && random.bytes().all(|byte| ALPHABET.contains(&byte));
        ours.then(|| MerchantOid::new(text).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_of_one_length_and_recognised() {
        for prefix in ["A", "SHOP", "ABCDEFGHIJKL"] {
            let ids = OrderIds::new(prefix).unwrap();
            let made: HashSet<_> = (0..1_000).map(|_| ids.make()).collect();
            assert_eq!(made.len(), 1_000);
            for id in made {
                assert_eq!(id.as_str().len(), OrderIds::LEN);
                assert_eq!(ids.recognise(id.as_str()), Some(id));
            }
        }
    }

    #[test]
    fn foreign_ids_are_not_recognised() {
        let ids = OrderIds::new("SHOP").unwrap();
        let good = ids.make().to_string();
        let lower = good.to_lowercase();
        let short = &good[..31];
        let long = format!("{good}A");
        let other = format!("POHS{}", &good[4..]);
        let letter = format!("{}U", &good[..31]);
        for wrong in [
            "",
            "SHOP",
            &lower,
            short,
            &long,
            &other,
            &letter,
            "SHOP<script>alert(1)</script>0000",
        ] {
            assert_eq!(ids.recognise(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_prefix_is_one_to_twelve_letters() {
        for wrong in ["", "123456", "SHOP1", "SH-OP", "ŞOP", "ABCDEFGHIJKLM"] {
            assert!(OrderIds::new(wrong).is_err(), "{wrong}");
        }
    }
}
