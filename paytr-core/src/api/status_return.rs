use std::fmt;

use paid_once::{Currency, Money};
use serde_json::Value;

use crate::reply::JsonReply;
use crate::{DecodeError, RawJson, ReplyDate};

/// One refund of an order, as a status inquiry lists it.
///
/// PayTR documents every field as optional. A refund without an amount is an error here, so `amount`
/// is always there.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReturn {
    /// How much was refunded.
    pub amount: Money,
    /// The shop's reference of the refund, if it gave one.
    pub reference_no: Option<String>,
    /// When it was asked for: `return_date`.
    pub date: Option<ReplyDate>,
    /// When it was completed: `date_completed`.
    pub completed: Option<ReplyDate>,
    /// `return_type`. PayTR does not list its values.
    pub kind: Option<String>,
    /// The bank's authorisation code of the refund: `return_auth_code`.
    pub auth_code: Option<String>,
    /// The bank's reference of the refund: `return_ref_num`.
    pub bank_reference: Option<String>,
    /// Where the refund was asked for: `return_source`. PayTR does not list its values.
    pub source: Option<String>,
    raw: RawJson,
}

impl StatusReturn {
    /// The whole entry, with fields that are not documented.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for StatusReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusReturn")
            .field("amount", &self.amount)
            .field("reference_no", &self.reference_no)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Reads `returns`. A refund without an amount is an error, never zero: money must not be refunded
/// twice because a field was missing.
pub(super) fn read_all(
    reply: &JsonReply,
    currency: Currency,
) -> Result<Vec<StatusReturn>, DecodeError> {
    let unreadable = DecodeError::Value { name: "returns" };
    let entries = match reply.get("returns") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(Value::Object(empty)) if empty.is_empty() => return Ok(Vec::new()),
        Some(Value::String(empty)) if empty.is_empty() => return Ok(Vec::new()),
        Some(_) => return Err(unreadable),
    };
    let entry = |entry| read(JsonReply::from_value(entry).ok_or(unreadable)?, currency);
    entries.iter().map(entry).collect()
}

fn read(entry: JsonReply, currency: Currency) -> Result<StatusReturn, DecodeError> {
    Ok(StatusReturn {
        amount: entry.required_money("return_amount", currency)?,
        reference_no: entry.filled("reference_no"),
        date: entry.date("return_date"),
        completed: entry.date("date_completed"),
        kind: entry.filled("return_type"),
        auth_code: entry.filled("return_auth_code"),
        bank_reference: entry.filled("return_ref_num"),
        source: entry.filled("return_source"),
        raw: entry.into_raw(),
    })
}
