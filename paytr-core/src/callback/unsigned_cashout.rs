use std::fmt;

use serde_json::Value;

use super::known_fields::wrong;
use super::{GrammarError, Unsigned};
use crate::parse_major;
use crate::reply::JsonReply;

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

/// One payment of a cashout, as somebody claims it. `Debug` shows neither receiver nor IBAN.
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

    /// What is said to have become of it.
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

/// What is said to have become of one payment of a cashout.
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
