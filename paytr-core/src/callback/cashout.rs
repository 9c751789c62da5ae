use std::fmt;

use serde_json::Value;

use super::pairs::{KnownFields, wrong};
use super::transfer::is_trans_id;
use super::{CallbackError, GrammarError, Unsigned};
use crate::Keyring;
use crate::amount::parse_major;
use crate::credentials::{KeyIndex, SignedPart};
use crate::reply::JsonReply;

/// The notification that PayTR worked on a cashout ("hesaptan gönder"). **Its outcome is not signed.**
///
/// The hash covers the merchant id and the `trans_id`, and nothing else: not which payments succeeded,
/// not one amount. It is the very text of the request's own token, of the status inquiry of an order
/// with that id and of a rates request with it. So a valid hash proves that somebody who once saw a
/// token or a notification names this id. It does not prove that PayTR speaks now, nor what happened.
/// This cannot be mended by checking harder, so the type does not offer the outcome as a fact:
///
/// * everything but [`trans_id`](Self::trans_id) is behind [`unsigned`](Self::unsigned);
/// * the mount point changes no money state.
///
/// Take it as a hint to look: find the `trans_id` among the cashouts that the shop ordered, then ask
/// the API (returned transfers) or the bank statement what became of them. Give cashouts ids of an
/// [`IdForm`](crate::IdForm) of their own, so that no order id is one. Source: PayTR, platform transfer,
/// sending returned payments from the account.
///
/// ```
/// use paytr_core::testing::{CashoutNotification, CashoutPayment};
/// use paytr_core::{CashoutResult, Credentials, Keyring};
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let paid = CashoutPayment::succeeded(48_448, "XYZ LTD STI", "TR330006100519786457841326");
/// let body = CashoutNotification::new("CO0001", &[paid], 7_500)
///     .sign(&credentials)
///     .to_body();
/// let result = CashoutResult::verify(&Keyring::new(credentials), body.as_bytes())?;
/// assert_eq!(result.trans_id(), "CO0001");
/// let claimed = result.unsigned();
/// assert_eq!(claimed.payments()?[0].amount(), Some(48_448));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `mode` | `mode` | `cashout` | documented |
/// | `trans_id` | `trans_id`, signed | 1 to 64 letters and digits | documented |
/// | `merchant_id` | `merchant_id`, signed | digits; read by a sample, absent from the table | assumed |
/// | `processed_result` | `processed_result` | JSON rows; `amount` in major units, a number | documented |
/// | `success_total` | `success_total`, `failed_total` | counts | documented |
/// | `transfer_total` | `transfer_total`, `account_balance` | major units | documented |
/// | `hash` | `hash` | Base64 of 32 bytes | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-hesaptan-gonder-2>.
#[derive(Clone)]
pub struct CashoutResult {
    body: Box<[u8]>,
    trans_id: Box<str>,
    key_index: KeyIndex,
}

/// The fields that the hash covers, and those that have one value only.
const SIGNED: [&str; 3] = ["mode", "trans_id", "hash"];

impl CashoutResult {
    /// Checks the grammar of a notification body, then its hash against all keys, with the merchant
    /// id of the keyring. A `merchant_id` in the body is not looked at.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &[u8]) -> Result<Self, CallbackError> {
        let fields = KnownFields::split(body, SIGNED, Some("trans_ids"))?;
        if fields.required("mode")? != b"cashout" {
            return Err(wrong("mode").into());
        }
        let raw_id = fields.required("trans_id")?;
        let trans_id = std::str::from_utf8(raw_id).ok();
        let trans_id = trans_id.filter(|id| is_trans_id(id.as_bytes()));
        let trans_id = trans_id.ok_or(wrong("trans_id"))?;
        let signature = fields.signature()?;
        let message = [
            SignedPart::Field(keyring.merchant_id().as_str().as_bytes()),
            SignedPart::Field(raw_id),
            SignedPart::Salt,
        ];
        let key_index = keyring.verify(&message, &signature);
        Ok(Self {
            key_index: key_index.ok_or(CallbackError::BadHash)?,
            trans_id: trans_id.into(),
            body: body.into(),
        })
    }

    /// The shop's own id of the cashout. The only signed field.
    #[must_use]
    pub fn trans_id(&self) -> &str {
        &self.trans_id
    }

    /// Which key of the keyring signed the id.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.key_index
    }

    /// The outcome as the notification claims it.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCashout<'_> {
        UnsignedCashout::new(&self.body, &SIGNED)
    }

    /// The whole body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for CashoutResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CashoutResult")
            .field("trans_id", &self.trans_id)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}

/// What a [`CashoutResult`](super::CashoutResult) claims and PayTR does not sign: all of the outcome.
///
/// Ask the API before acting on any of it.
#[derive(Clone, Copy)]
pub struct UnsignedCashout<'a> {
    fields: Unsigned<'a>,
}

impl<'a> UnsignedCashout<'a> {
    pub(super) fn new(body: &'a [u8], signed: &'static [&'static str]) -> Self {
        Self {
            fields: Unsigned::new(body, signed),
        }
    }

    /// All fields that are not signed, as text.
    #[must_use]
    pub fn fields(&self) -> Unsigned<'a> {
        self.fields
    }

    /// `processed_result`: the single payments. Empty if the field is absent or empty.
    ///
    /// # Errors
    ///
    /// [`GrammarError::Value`] if the text is not a list of objects, with or without escaping by
    /// backslashes. [`fields`](Self::fields) still has it.
    pub fn payments(&self) -> Result<Vec<ClaimedCashout>, GrammarError> {
        let text = self.fields.get("processed_result").unwrap_or_default();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let parsed = serde_json::from_str(&text);
        let rows: Vec<Value> = parsed
            .or_else(|_| serde_json::from_str(&without_slashes(&text)))
            .map_err(|_| wrong("processed_result"))?;
        let rows = rows.iter().map(ClaimedCashout::read);
        rows.collect::<Option<_>>().ok_or(wrong("processed_result"))
    }

    /// `success_total`: how many payments succeeded.
    #[must_use]
    pub fn success_count(&self) -> Option<u32> {
        self.fields.get("success_total")?.parse().ok()
    }

    /// `failed_total`: how many payments failed.
    #[must_use]
    pub fn failed_count(&self) -> Option<u32> {
        self.fields.get("failed_total")?.parse().ok()
    }

    /// `transfer_total`: the sum that was sent, in hundredths.
    #[must_use]
    pub fn transfer_total(&self) -> Option<i64> {
        parse_major(&self.fields.get("transfer_total")?)
    }

    /// `account_balance`: what is left on the account, in hundredths.
    #[must_use]
    pub fn account_balance(&self) -> Option<i64> {
        parse_major(&self.fields.get("account_balance")?)
    }
}

/// Takes back what PHP's `addslashes` adds.
fn without_slashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

impl fmt::Debug for UnsignedCashout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsignedCashout(..)")
    }
}

/// One payment of a cashout, as the notification claims it. `Debug` shows neither receiver nor IBAN.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimedCashout {
    amount: Option<i64>,
    receiver: Option<String>,
    iban: Option<String>,
    result: CashoutOutcome,
}

impl ClaimedCashout {
    fn read(row: &Value) -> Option<Self> {
        let row = JsonReply::from_value(row)?;
        Some(Self {
            amount: row.text("amount").as_deref().and_then(parse_major),
            receiver: row.text("receiver"),
            iban: row.text("iban"),
            result: match row.text("result").unwrap_or_default().as_str() {
                "success" => CashoutOutcome::Succeeded,
                "failed" => CashoutOutcome::Failed,
                other => CashoutOutcome::Other(other.to_owned()),
            },
        })
    }

    /// The amount in hundredths; `None` if it is absent or no amount.
    #[must_use]
    pub fn amount(&self) -> Option<i64> {
        self.amount
    }

    /// The name of who receives it.
    #[must_use]
    pub fn receiver(&self) -> Option<&str> {
        self.receiver.as_deref()
    }

    /// The account it goes to.
    #[must_use]
    pub fn iban(&self) -> Option<&str> {
        self.iban.as_deref()
    }

    /// Its claimed result.
    #[must_use]
    pub fn outcome(&self) -> &CashoutOutcome {
        &self.result
    }
}

impl fmt::Debug for ClaimedCashout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimedCashout")
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// The claimed result of one payment of a cashout.
///
/// On the wire: `result`, `success` or `failed`. Documented:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-hesaptan-gonder-2>, August 2026.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CashoutOutcome {
    /// `success`.
    Succeeded,
    /// `failed`.
    Failed,
    /// A word that PayTR does not document, or none.
    Other(String),
}

impl fmt::Debug for CashoutOutcome {
    /// An unknown word is text from outside and not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Other(_) => "Other(..)",
        })
    }
}
