//! The rows of a reply whose container PayTR does not document.

use serde_json::Value;

use crate::DecodeError;
use crate::reply::JsonReply;

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
        Value::Array(items) if items.iter().any(|item| is_row(item, marks)) => {
            // One row makes all of them rows: none may be left out in silence.
            for item in items {
                let row = JsonReply::from_value(item).ok_or(DecodeError::Value { name: "row" })?;
                rows.push(row);
            }
            return Ok(true);
        }
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
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
    fn rows_are_found_wherever_they_stand() {
        for (json, count) in [
            (r#"{"list":[{"id":1},{"id":2}]}"#, Some(2)),
            (r#"{"TL":[{"id":1}],"USD":[{"id":2},{"x":3}]}"#, Some(3)),
            (r#"{"data":{"0":{"id":1},"2":{"id":2}}}"#, Some(2)),
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
