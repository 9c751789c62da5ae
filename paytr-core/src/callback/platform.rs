use super::pairs::{decode, pairs};
use super::{CallbackError, CashoutResult, TransferResult};
use crate::Keyring;

/// What PayTR posts to the "Platform Transfer Sonucu Bildirim URL": transfer results and cashout
/// results arrive at the same address.
///
/// This is the one place where a field chooses the kind: `mode` is there in cashout results only. It
/// cannot be used to pass one off as the other. The signed text of a transfer result begins with `[`,
/// that of a cashout result with a digit, and each verifier refuses the field of the other.
#[derive(Debug, Clone)]
pub enum PlatformResult {
    /// Transfers that are completed. Signed.
    Transfer(TransferResult),
    /// A cashout was worked on. Its outcome is not signed.
    Cashout(CashoutResult),
}

impl PlatformResult {
    /// Checks the grammar of a notification body, then its hash against all keys.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &[u8]) -> Result<Self, CallbackError> {
        if pairs(body).any(|(name, _)| *decode(name) == *b"mode") {
            CashoutResult::verify(keyring, body).map(Self::Cashout)
        } else {
            TransferResult::verify(keyring, body).map(Self::Transfer)
        }
    }
}
