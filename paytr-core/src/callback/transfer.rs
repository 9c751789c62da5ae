use std::fmt;

use super::pairs::{KnownFields, decode, pairs, wrong};
use super::{CallbackError, CashoutResult};
use crate::Keyring;
use crate::credentials::{KeyIndex, SignedPart};

/// The notification that transfers to sellers were made, whose grammar and hash were checked.
///
/// It names the `trans_id`s of platform transfers that are completed; there is no state per transfer,
/// to be named means completed. PayTR posts it to the panel's "Platform Transfer Sonucu Bildirim URL",
/// to which cashout results go as well: mount a [`PlatformResult`](super::PlatformResult) if you use
/// both. Source: PayTR, platform transfer, result of the transfer instruction.
///
/// The hash covers the whole list as text, after its backslashes are removed. The text begins with `[`
/// and ends with `]`, as that of no request token does, so no token of the shop's own fits.
///
/// Look every id up among the transfers that the shop ordered, and pass over those that are not there.
///
/// ```
/// use paytr_core::testing::TransferNotification;
/// use paytr_core::{Credentials, Keyring, TransferResult};
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let body = TransferNotification::new(["TR0001", "TR0002"]).sign(&credentials).to_body();
/// let result = TransferResult::verify(&Keyring::new(credentials), body.as_bytes())?;
/// assert_eq!(result.trans_ids(), ["TR0001", "TR0002"]);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `trans_ids` | `trans_ids`, signed | JSON list of ids, signed without its backslashes | documented |
/// | `hash` | `hash` | Base64 of 32 bytes | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/transfer-talimatinin-sonucunun-alinmasi>.
#[derive(Clone)]
pub struct TransferResult {
    trans_ids: Box<[String]>,
    key_index: KeyIndex,
}

/// Longest `trans_id`, in characters: that of a cashout. A transfer's has 60.
pub(super) const MAX_TRANS_ID: usize = 64;

impl TransferResult {
    /// Checks the grammar of a notification body, then its hash against all keys.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &[u8]) -> Result<Self, CallbackError> {
        let fields = KnownFields::split(body, ["trans_ids", "hash"], Some("mode"))?;
        let mut text = decode(fields.required("trans_ids")?).into_owned();
        text.retain(|byte| *byte != b'\\');
        let trans_ids = read(&text).ok_or(wrong("trans_ids"))?;
        let signature = fields.signature()?;
        let message = [SignedPart::Field(&text), SignedPart::Salt];
        let key_index = keyring.verify(&message, &signature);
        Ok(Self {
            key_index: key_index.ok_or(CallbackError::BadHash)?,
            trans_ids: trans_ids.into(),
        })
    }

    /// The ids of the completed transfers, at least one: 1 to 64 ASCII letters and digits each, none
    /// twice. Signed.
    #[must_use]
    pub fn trans_ids(&self) -> &[String] {
        &self.trans_ids
    }

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.key_index
    }
}

/// Reads the list. Blanks around it would let a signed text begin with something else than `[`.
fn read(text: &[u8]) -> Option<Vec<String>> {
    let [b'[', .., b']'] = text else {
        return None;
    };
    let ids: Vec<String> = serde_json::from_slice(text).ok()?;
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let are_ids = ids.iter().all(|id| is_trans_id(id.as_bytes()));
    (are_ids && !ids.is_empty() && sorted.len() == ids.len()).then_some(ids)
}

/// Whether the bytes are a `trans_id`: letters and digits.
pub(super) fn is_trans_id(id: &[u8]) -> bool {
    (1..=MAX_TRANS_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric)
}

impl fmt::Debug for TransferResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferResult")
            .field("trans_ids", &self.trans_ids)
            .field("key_index", &self.key_index)
            .finish()
    }
}

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
