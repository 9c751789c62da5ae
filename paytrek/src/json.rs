//! Paytrek's JSON replies, read with the tolerance they need.
//!
//! The same field comes as text here and as a number there, nearly everything may be null or absent, and
//! unknown fields are normal. Values stay raw until somebody asks for them with a type, so that errors can
//! name the field and never the value.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use paid_once::Currency;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::Decimal;

/// A JSON object of a reply. Fields that are null count as absent.
pub(crate) struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, DecodeError> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let raw: &RawValue = serde_json::from_slice(body).map_err(|_| DecodeError::NotJson)?;
        Self::of(raw).ok_or(DecodeError::NotAnObject)
    }

    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok().map(Self)
    }

    fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|raw| raw.get() != "null")
    }

    /// A value of this type, if it is there and is one.
    pub(crate) fn maybe<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// A value that must be there and be of this type.
    pub(crate) fn needed<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, DecodeError> {
        let raw = self.raw(name).ok_or(DecodeError::Missing { name })?;
        serde_json::from_str(raw.get()).map_err(|_| DecodeError::Value { name })
    }

    /// Text; also a whole number, by its digits. Empty text counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let source = self.raw(name)?.get();
        let text = if source.starts_with('"') {
            serde_json::from_str(source).ok()?
        } else {
            let digits = source.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| source.to_owned())?
        };
        Some(text).filter(|text: &String| !text.is_empty())
    }

    /// Text that must be there.
    pub(crate) fn needed_text(&self, name: &'static str) -> Result<String, DecodeError> {
        match (self.raw(name), self.text(name)) {
            (_, Some(text)) => Ok(text),
            (None, None) => Err(DecodeError::Missing { name }),
            (Some(_), None) => Err(DecodeError::Value { name }),
        }
    }

    /// An amount, if it is there. One that cannot be read is an error.
    pub(crate) fn decimal(&self, name: &'static str) -> Result<Option<Decimal>, DecodeError> {
        let amount = self.raw(name).map(Decimal::from_json).transpose();
        amount.map_err(|_| DecodeError::Value { name })
    }

    /// An amount that must be there.
    pub(crate) fn needed_decimal(&self, name: &'static str) -> Result<Decimal, DecodeError> {
        self.decimal(name)?.ok_or(DecodeError::Missing { name })
    }

    pub(crate) fn needed_currency(&self, name: &'static str) -> Result<Currency, DecodeError> {
        let code = self.needed_text(name)?;
        code.parse().map_err(|_| DecodeError::Value { name })
    }

    /// A date-time, such as `2018-03-14T07:58:39.519707Z`.
    pub(crate) fn time(&self, name: &str) -> Option<SystemTime> {
        let moment: Timestamp = self.text(name)?.parse().ok()?;
        Some(moment.into())
    }

    /// Seconds since 1970.
    pub(crate) fn epoch_seconds(&self, name: &str) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.maybe(name)?))
    }

    pub(crate) fn object(&self, name: &str) -> Option<Object<'a>> {
        Self::of(self.raw(name)?)
    }

    /// The objects of a list; what is no object is left out.
    pub(crate) fn objects(&self, name: &str) -> Vec<Object<'a>> {
        let elements: Option<Vec<&'a RawValue>> = self
            .raw(name)
            .and_then(|raw| serde_json::from_str(raw.get()).ok());
        let elements = elements.unwrap_or_default();
        elements.into_iter().filter_map(Object::of).collect()
    }

    /// The source text of a value.
    pub(crate) fn source(&self, name: &str) -> Option<&'a RawValue> {
        self.raw(name)
    }
}

/// The JSON of a reply as it came. It has personal data, so `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    pub(crate) fn of(body: &[u8]) -> Self {
        Self(String::from_utf8_lossy(body).into())
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

/// Why a reply cannot be read. Never shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not JSON.
    #[error("the reply is not JSON")]
    NotJson,
    /// JSON, but no object.
    #[error("the reply is not a JSON object")]
    NotAnObject,
    /// A field that must be there is not.
    #[error("the reply has no {name}")]
    Missing {
        /// The field.
        name: &'static str,
    },
    /// A field has a value that it cannot have.
    #[error("the reply's {name} cannot be read")]
    Value {
        /// The field.
        name: &'static str,
    },
    /// The reply is about another sale, card or plan than the request.
    #[error("the reply's {name} is not the one that was asked for")]
    Other {
        /// The field.
        name: &'static str,
    },
    /// A success with another HTTP status than this request has.
    #[error("the HTTP status is not one of this request")]
    Status,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_read_from_text_and_from_numbers() {
        let body =
            br#"{"a":"7","b":7,"c":7.5,"d":null,"e":"","f":[1],"g":"2018-03-14T07:58:39.5Z"}"#;
        let object = Object::parse(body).unwrap();
        assert_eq!(object.text("a").as_deref(), Some("7"));
        assert_eq!(object.text("b").as_deref(), Some("7"));
        for absent in ["c", "d", "e", "f", "z"] {
            assert_eq!(object.text(absent), None, "{absent}");
        }
        assert!(object.time("g").is_some());
        assert_eq!(
            object.needed_text("d"),
            Err(DecodeError::Missing { name: "d" })
        );
        assert_eq!(
            object.needed_text("f"),
            Err(DecodeError::Value { name: "f" })
        );
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for wrong in ["", "<html>", "[]", "1", "null", "{", "{\"a\":1}x"] {
            assert!(Object::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(Object::parse(b"\xef\xbb\xbf{}").is_ok());
        assert!(Object::parse(b"{\"a\":\"\xff\"}").is_err());
    }
}
