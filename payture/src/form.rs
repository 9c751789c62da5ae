//! The fields of a request, in the order they are posted.

use std::borrow::Cow;
use std::fmt;

use crate::commands::InvalidRequest;
use crate::inner::percent_encode;

/// The exact fields of one request.
///
/// `Debug` shows names only: values are passwords, cards and tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(Cow<'static, str>, String)>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Adds a field.
    pub(crate) fn field(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds a field that is left out when there is no value.
    pub(crate) fn optional(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// Refuses what no field may have: control characters, and a name that comes twice.
    pub(crate) fn checked(self) -> Result<Self, InvalidRequest> {
        for (index, (name, value)) in self.fields.iter().enumerate() {
            if value.chars().any(char::is_control) {
                return Err(InvalidRequest::Shape {
                    field: match name {
                        Cow::Borrowed(name) => name,
                        Cow::Owned(_) => "an extra field",
                    },
                    rule: "no control characters",
                });
            }
            let mut before = self.fields.iter().take(index);
            if before.any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                return Err(InvalidRequest::RepeatedName);
            }
        }
        Ok(self)
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.iter().filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value)
    }

    /// All fields in the order they are posted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The body as posted: `application/x-www-form-urlencoded`, UTF-8, a space as `%20`.
    #[must_use]
    pub fn to_urlencoded(&self) -> String {
        let mut body = String::new();
        for (name, value) in self.iter() {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(&percent_encode(name));
            body.push('=');
            body.push_str(&percent_encode(value));
        }
        body
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form ")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
