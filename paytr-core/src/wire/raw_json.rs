use std::fmt;

use serde_json::Value;

/// A reply, or one row of it, as PayTR sent it: every field, known or not.
///
/// `Display` writes compact JSON. Replies hold personal data, so `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Value);

impl RawJson {
    pub(crate) fn new(value: Value) -> Self {
        Self(value)
    }

    /// A field of the object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A scalar field as text, whether it came as text, number or boolean.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(scalar_text)
    }

    /// The JSON value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// A scalar as text; `None` for null, arrays and objects.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawJson(..)")
    }
}
