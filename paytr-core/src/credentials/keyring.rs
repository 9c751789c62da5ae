use std::fmt;
use std::sync::Arc;

use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

use super::{Credentials, CredentialsError, MerchantId, Signature, SignedPart, Signer};
use zeroize::Zeroizing;

/// The current credentials and older ones that notifications may still be signed with.
///
/// When the key is changed in the panel, notifications already under way carry the old signature.
/// Keep the old key here until they are through.
///
/// ```
/// use paytr_core::{Credentials, Keyring};
///
/// let current = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let keyring = Keyring::new(current).accept_old("oLdKeY9876543210", "oLdSaLt987654321")?;
/// assert_eq!(keyring.len(), 2);
/// # Ok::<_, paytr_core::credentials::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Keyring {
    current: Credentials,
    old: Vec<Arc<Signer>>,
}

impl Keyring {
    /// A keyring with one key.
    #[must_use]
    pub fn new(current: Credentials) -> Self {
        Self {
            current,
            old: Vec::new(),
        }
    }

    /// Also accepts an older key and salt of the same merchant.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] under the rules of [`Credentials::new`].
    pub fn accept_old(
        mut self,
        merchant_key: impl Into<String>,
        merchant_salt: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let merchant_salt = Zeroizing::new(merchant_salt.into());
        let id = self.current.merchant_id().as_str().to_owned();
        let old = Credentials::new(id, merchant_key, merchant_salt.as_str())?;
        self.old.push(old.signer);
        Ok(self)
    }

    /// The current credentials.
    #[must_use]
    pub fn current(&self) -> &Credentials {
        &self.current
    }

    /// The merchant id, the same for all keys.
    #[must_use]
    pub fn merchant_id(&self) -> &MerchantId {
        self.current.merchant_id()
    }

    /// How many keys there are; at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a keyring is never empty")]
    pub fn len(&self) -> usize {
        1 + self.old.len()
    }

    /// Which key made `signature` over the parts, if any did.
    ///
    /// Tries all keys whatever the first ones say, and compares in constant time.
    #[must_use]
    #[inline]
    pub fn verify(&self, parts: &[SignedPart<'_>], signature: &Signature) -> Option<KeyIndex> {
        const NONE: u32 = u32::MAX;
        if self.old.is_empty() {
            let is_match = self.current.verify(parts, signature);
            return is_match.then_some(KeyIndex(0));
        }
        let signers =
            std::iter::once(self.current.signer()).chain(self.old.iter().map(Arc::as_ref));
        let mut matched = NONE;
        for (index, signer) in (0..NONE).zip(signers) {
            let is_match = signer.sign(parts).ct_matches(signature);
            matched.conditional_assign(&index, is_match & matched.ct_eq(&NONE));
        }
        (matched != NONE).then_some(KeyIndex(matched))
    }
}

/// Which key of a [`Keyring`] matched: 0 is the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyIndex(u32);

impl KeyIndex {
    /// The index: 0 for the current key, then the old ones in the order they were added.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether it is the current key.
    #[must_use]
    pub fn is_current(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("merchant_id", &self.merchant_id().as_str())
            .field("keys", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(key: &str) -> Credentials {
        Credentials::new("123456", key, "qR8sT1uV4wX7yZ0a").unwrap()
    }

    #[test]
    fn an_old_key_is_accepted_only_while_it_is_in_the_keyring() {
        let message = [SignedPart::Field(b"A"), SignedPart::Salt];
        let old = credentials("oLdKeY9876543210");
        let signature = old.sign(&message);
        let keyring = Keyring::new(credentials("aB3dE6gH9jK2mN5p"));
        assert_eq!(keyring.verify(&message, &signature), None);
        let keyring = keyring
            .accept_old("oLdKeY9876543210", "qR8sT1uV4wX7yZ0a")
            .unwrap();
        let index = keyring.verify(&message, &signature).unwrap();
        assert_eq!((index.get(), index.is_current()), (1, false));
        let current = keyring.current().sign(&message);
        assert!(keyring.verify(&message, &current).unwrap().is_current());
        let shown = format!("{keyring:?}");
        assert_eq!(shown, "Keyring { merchant_id: \"123456\", keys: 2, .. }");
    }
}
