use std::fmt;

use super::{CallbackError, GrammarError, PaymentStatus};
use crate::{KeyIndex, Keyring, MerchantOid, Signature, SignedPart, amount};

/// The signed fields and the hash of a notification, percent-decoded, for callers that parse forms
/// themselves. [`PaymentCallback::verify`](super::PaymentCallback::verify) does all of it.
#[derive(Clone, Copy)]
pub struct SignedFields<'a> {
    /// `merchant_oid`.
    pub merchant_oid: &'a [u8],
    /// `status`.
    pub status: &'a [u8],
    /// `total_amount`.
    pub total_amount: &'a [u8],
    /// `hash`.
    pub hash: &'a [u8],
}

impl SignedFields<'_> {
    /// Checks grammar and hash: the verdict on its own. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`CallbackError`] when a field breaks its grammar or no key made the hash.
    pub fn verify(&self, keyring: &Keyring) -> Result<KeyIndex, CallbackError> {
        let read = self.read()?;
        self.verify_hash(&read.signature, keyring)
    }

    /// Checks the grammar.
    #[inline]
    pub(super) fn read(&self) -> Result<ReadFields, GrammarError> {
        let wrong = |name| GrammarError::Value { name };
        if !MerchantOid::fits(self.merchant_oid) {
            return Err(wrong("merchant_oid"));
        }
        // Read strictly: a status of another length would move the boundary to the total.
        let status = match self.status {
            b"success" => PaymentStatus::Success,
            b"failed" => PaymentStatus::Failed,
            _ => return Err(wrong("status")),
        };
        let total_amount = amount::parse_minor(self.total_amount).ok_or(wrong("total_amount"))?;
        let signature = Signature::from_base64(self.hash).map_err(|_| wrong("hash"))?;
        Ok(ReadFields {
            status,
            total_amount,
            signature,
        })
    }

    /// The order id of fields whose grammar was checked.
    pub(super) fn order(&self) -> Result<MerchantOid, GrammarError> {
        let order = MerchantOid::of_fitting(self.merchant_oid);
        order.map_err(|_| GrammarError::Value {
            name: "merchant_oid",
        })
    }

    /// Checks the hash of fields whose grammar was checked.
    #[inline]
    pub(super) fn verify_hash(
        &self,
        signature: &Signature,
        keyring: &Keyring,
    ) -> Result<KeyIndex, CallbackError> {
        let message = [
            SignedPart::Field(self.merchant_oid),
            SignedPart::Salt,
            SignedPart::Field(self.status),
            SignedPart::Field(self.total_amount),
        ];
        keyring
            .verify(&message, signature)
            .ok_or(CallbackError::BadHash)
    }
}

/// What well-formed fields say.
pub(super) struct ReadFields {
    pub(super) status: PaymentStatus,
    pub(super) total_amount: u64,
    pub(super) signature: Signature,
}

impl fmt::Debug for SignedFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedFields(..)")
    }
}
