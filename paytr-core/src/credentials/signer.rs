use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Signature, SignedPart};

/// The keyed MAC and the salt, both wiped on drop. The key itself is not kept.
pub(crate) struct Signer {
    keyed: Hmac<Sha256>,
    salt: Zeroizing<String>,
}

impl Signer {
    pub(crate) fn new(key: &str, salt: Zeroizing<String>) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let keyed = Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
        Self { keyed, salt }
    }

    #[inline]
    pub(crate) fn sign(&self, parts: &[SignedPart<'_>]) -> Signature {
        let mut mac = self.keyed.clone();
        for part in parts {
            match part {
                SignedPart::Field(bytes) => mac.update(bytes),
                SignedPart::Salt => mac.update(self.salt.as_bytes()),
            }
        }
        Signature::from_bytes(mac.finalize().into_bytes().into())
    }
}
