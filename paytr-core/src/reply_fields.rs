//! Typed fields of a reply. A field that is absent, null or empty is `None`.

use paid_once::{Currency, Money};
use serde_json::Value;

use crate::amount;
use crate::api::DecodeError;
use crate::reply::JsonReply;
use crate::wire::{Percent, ReplyDate, SignedMoney};

impl JsonReply {
    /// A scalar as text that is not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// An amount in major units that decides something: it must be readable and not below zero.
    pub(crate) fn required_money(
        &self,
        name: &'static str,
        currency: Currency,
    ) -> Result<Money, DecodeError> {
        let text = self.required(name)?;
        amount::money_from_major(&text, currency).map_err(|_| DecodeError::Value { name })
    }

    /// An amount in major units, below zero too.
    pub(crate) fn signed_money(
        &self,
        name: &'static str,
        currency: Currency,
    ) -> Result<Option<SignedMoney>, DecodeError> {
        self.filled(name)
            .map(|text| {
                amount::parse_major(&text)
                    .map(|minor_units| SignedMoney::new(minor_units, currency))
                    .ok_or(DecodeError::Value { name })
            })
            .transpose()
    }

    /// A currency by PayTR's name; lira when there is none.
    pub(crate) fn currency(&self, name: &'static str) -> Result<Currency, DecodeError> {
        amount::parse_currency(&self.text(name).unwrap_or_default())
            .ok_or(DecodeError::Value { name })
    }

    /// A percentage; `None` too when it cannot be read, because it decides nothing.
    pub(crate) fn percent(&self, name: &str) -> Option<Percent> {
        Percent::parse(&self.filled(name)?)
    }

    /// A date, whatever its spelling.
    pub(crate) fn date(&self, name: &str) -> Option<ReplyDate> {
        self.filled(name).map(|text| ReplyDate::new(&text))
    }

    /// A code of one of the open enums.
    pub(crate) fn code<T: for<'a> From<&'a str>>(&self, name: &str) -> Option<T> {
        self.filled(name).map(|code| T::from(&code))
    }

    /// A `y`/`n` flag in any case; `None` too for another text.
    pub(crate) fn yes_no(&self, name: &str) -> Option<bool> {
        match self.filled(name)?.as_str() {
            "y" | "Y" => Some(true),
            "n" | "N" => Some(false),
            _ => None,
        }
    }

    /// A small number, such as a count of instalments; `None` too when it is not one.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.filled(name)?.parse().ok()
    }

    /// A count of instalments: `0` and `1` both mean a single payment, which is `1` here.
    pub(crate) fn installments(&self, name: &str) -> Option<u8> {
        self.number(name).map(|count: u8| count.max(1))
    }
}

impl JsonReply {
    /// The rows of a report: the objects in the first list, at any depth, that has a row with one of
    /// the `marks` as a field. A lone object with such a field is one row.
    ///
    /// `None` when the reply has lists or objects but no such row in them: then the rows may be
    /// somewhere that nobody has seen yet, which is not the same as no rows.
    ///
    /// Fields named in `not_in` are not searched.
    pub(crate) fn rows(
        &self,
        marks: &[&str],
        not_in: &[&str],
    ) -> Result<Option<Vec<Self>>, DecodeError> {
        let mut rows = Vec::new();
        let mut something_unknown = false;
        let whole = self.raw();
        for (name, value) in whole.value().as_object().into_iter().flatten() {
            if not_in.contains(&name.as_str()) {
                continue;
            }
            let found = collect(value, marks, &mut rows)?;
            something_unknown |= !found && !is_empty(value);
        }
        if rows.is_empty() && marks.iter().any(|mark| self.get(mark).is_some()) {
            return Ok(Some(vec![self.clone()]));
        }
        Ok((!rows.is_empty() || !something_unknown).then_some(rows))
    }
}

/// The entries of a list. PHP writes a list with holes as an object with numbered keys, and an empty
/// one as either. `None` for anything else, an object with names too.
pub(crate) fn list_entries(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(entries) => Some(entries.iter().collect()),
        Value::Object(fields) => {
            let numbered = fields
                .iter()
                .map(|(key, value)| Some((key_number(key)?, value)));
            let mut entries: Vec<(u64, &Value)> = numbered.collect::<Option<_>>()?;
            entries.sort_by_key(|(number, _)| *number);
            Some(entries.into_iter().map(|(_, value)| value).collect())
        }
        _ => None,
    }
}

fn key_number(key: &str) -> Option<u64> {
    let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
    key.parse().ok().filter(|_| is_number)
}

/// Scalars, empty lists and empty objects hide no rows.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => true,
    }
}

fn is_row(value: &Value, marks: &[&str]) -> bool {
    marks.iter().any(|mark| value.get(mark).is_some())
}

/// Adds the rows in a value and tells whether there were any.
fn collect(value: &Value, marks: &[&str], rows: &mut Vec<JsonReply>) -> Result<bool, DecodeError> {
    let children: Vec<&Value> = match value {
        _ if is_row(value, marks) => {
            rows.extend(JsonReply::from_value(value));
            return Ok(true);
        }
        Value::Array(_) | Value::Object(_) => match list_entries(value) {
            // One row makes all of them rows: none may be left out in silence.
            Some(items) if items.iter().any(|item| is_row(item, marks)) => {
                for item in items {
                    let row = JsonReply::from_value(item);
                    rows.push(row.ok_or(DecodeError::Value { name: "row" })?);
                }
                return Ok(true);
            }
            Some(items) => items,
            None => value
                .as_object()
                .into_iter()
                .flat_map(|fields| fields.values())
                .collect(),
        },
        _ => return Ok(false),
    };
    let mut found = false;
    for child in children {
        found |= collect(child, marks, rows)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(json: &str) -> Result<Option<usize>, DecodeError> {
        let reply = JsonReply::parse(json.as_bytes()).unwrap();
        Ok(reply.rows(&["id"], &["later"])?.map(|rows| rows.len()))
    }

    #[test]
    fn a_list_with_holes_is_an_object_with_numbered_keys() {
        let entries = |json: &str| {
            let value: Value = serde_json::from_str(json).unwrap();
            let entries = list_entries(&value)?;
            Some(entries.iter().filter_map(|entry| entry.as_u64()).collect())
        };
        // The order is that of the numbers, not of their letters.
        let holes = r#"{"10":3,"2":2,"0":1}"#;
        assert_eq!(entries(holes), Some(vec![1, 2, 3]));
        assert_eq!(entries("[1,2]"), Some(vec![1, 2]));
        assert_eq!(entries("{}"), Some(vec![]));
        for other in [
            r#"{"a":1}"#,
            r#"{"0":1,"a":2}"#,
            r#"{"":1}"#,
            r#"{"-1":1}"#,
            "7",
            "null",
        ] {
            assert_eq!(entries(other), None, "{other}");
        }
    }

    #[test]
    fn rows_are_found_wherever_they_stand() {
        for (json, count) in [
            (r#"{"list":[{"id":1},{"id":2}]}"#, Some(2)),
            (r#"{"TL":[{"id":1}],"USD":[{"id":2},{"x":3}]}"#, Some(3)),
            (r#"{"data":{"0":{"id":1},"2":{"id":2}}}"#, Some(2)),
            (r#"{"list":{"0":{"id":1},"2":{"x":3}}}"#, Some(2)),
            (r#"{"status":"success","id":1}"#, Some(1)),
            (r#"{"status":"success","list":[]}"#, Some(0)),
            (r#"{"status":"success"}"#, Some(0)),
            (r#"{"later":[{"id":1}]}"#, Some(0)),
            (r#"{"list":[{"key":1}]}"#, None),
            (r#"{"list":{"a":"b"}}"#, None),
        ] {
            assert_eq!(rows(json), Ok(count), "{json}");
        }
        assert!(rows(r#"{"list":[{"id":1},"x"]}"#).is_err());
    }
}
