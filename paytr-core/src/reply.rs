//! PayTR's JSON replies, read with the tolerance they need.
//!
//! The content type is not documented, scalars come as text and as numbers for the same field, and a
//! byte order mark may stand in front.

use serde_json::{Map, Value};

use crate::errors::{ErrorMeaning, ErrorTable};
use crate::wire::{RawJson, scalar_text};

/// A JSON object of a reply.
#[derive(Clone)]
pub(crate) struct JsonReply {
    fields: Map<String, Value>,
}

impl JsonReply {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, DecodeError> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self { fields }),
            Ok(_) => Err(DecodeError::NotAnObject),
            Err(_) => Err(DecodeError::NotJson),
        }
    }

    /// An object inside a reply.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let fields = value.as_object()?.clone();
        Some(Self { fields })
    }

    /// The value of a field as it came.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// A scalar as text, whether it came as text, number or boolean; `None` for null and absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.fields.get(name).and_then(scalar_text)
    }

    /// A scalar that must be there.
    pub(crate) fn required(&self, name: &'static str) -> Result<String, DecodeError> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or(DecodeError::Missing { name })
    }

    /// A `0`/`1` flag; `None` for null, absent and empty.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, DecodeError> {
        match self.text(name).as_deref() {
            None | Some("") => Ok(None),
            Some("1" | "true") => Ok(Some(true)),
            Some("0" | "false") => Ok(Some(false)),
            Some(_) => Err(DecodeError::Value { name }),
        }
    }

    /// The `status` field, which some pages spell with a capital.
    pub(crate) fn status(&self) -> Result<String, DecodeError> {
        self.text("status")
            .or_else(|| self.text("Status"))
            .ok_or(DecodeError::Missing { name: "status" })
    }

    /// The refusal in this reply, from whichever error fields it has.
    pub(crate) fn refusal(&self, scope: &'static str) -> Refusal {
        let message = ["reason", "err_msg", "msg"]
            .into_iter()
            .find_map(|name| self.text(name));
        Refusal {
            scope,
            code: self.text("err_no"),
            message: message.unwrap_or_default(),
            raw: Box::new(self.raw()),
        }
    }

    /// The whole object as it came.
    pub(crate) fn raw(&self) -> RawJson {
        RawJson::new(Value::Object(self.fields.clone()))
    }

    pub(crate) fn into_raw(self) -> RawJson {
        RawJson::new(Value::Object(self.fields))
    }
}

/// PayTR's own "no" to a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("PayTR refused ({scope}{}): {message}", code.as_ref().map(|code| format!(", error {code}")).unwrap_or_default())]
#[non_exhaustive]
pub struct Refusal {
    /// The service that refused: `get-token`, `status`. Codes mean different things per service.
    pub scope: &'static str,
    /// `err_no`: text with leading zeros. `get-token` has none.
    pub code: Option<String>,
    /// PayTR's text, mostly Turkish. Its wording changes: compare codes, never texts.
    pub message: String,
    raw: Box<RawJson>,
}

impl Refusal {
    /// The whole reply.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }

    /// What the code means and what to do, if it is a documented one.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static ErrorMeaning> {
        ErrorTable::of_scope(self.scope)?.find(self.code.as_deref()?)
    }
}

/// Why a reply could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not JSON, for example an HTML page.
    #[error("the reply is not JSON")]
    NotJson,
    /// JSON of another shape.
    #[error("the reply is not a JSON object")]
    NotAnObject,
    /// A field that must be there is not.
    #[error("the reply has no {name}")]
    Missing {
        /// The field.
        name: &'static str,
    },
    /// A field's value cannot be read.
    #[error("{name} of the reply cannot be read")]
    Value {
        /// The field.
        name: &'static str,
    },
}
