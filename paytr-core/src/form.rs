//! The fields of a request, in the order they are posted.

use std::borrow::Cow;
use std::fmt;

use crate::Credentials;
use crate::credentials::SignedPart;

/// The exact fields of one request, with its `paytr_token`.
///
/// The token is computed from the very texts in the form, so signed and posted text cannot differ.
/// `Debug` shows names only.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(&'static str, Cow<'static, str>)>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Adds a field.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Adds a field that is left out when there is no value.
    pub(crate) fn optional(
        self,
        name: &'static str,
        value: Option<impl Into<Cow<'static, str>>>,
    ) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// Adds `paytr_token` over the named fields in this order, followed by the salt. A field that is
    /// not in the form is signed as empty, as PayTR does.
    pub(crate) fn sign(self, credentials: &Credentials, names: &[&str]) -> Self {
        let fields = names
            .iter()
            .map(|name| SignedPart::Field(self.get(name).unwrap_or_default().as_bytes()));
        let message: Vec<_> = fields.chain([SignedPart::Salt]).collect();
        let token = credentials.sign(&message).to_base64();
        self.field("paytr_token", token)
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.iter().filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value)
    }

    /// All fields in the order they are posted.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, &**value))
    }

    /// The body as posted: `application/x-www-form-urlencoded`, UTF-8.
    #[must_use]
    pub fn to_urlencoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.iter())
            .finish()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|(name, _)| name);
        f.write_str("Form ")?;
        f.debug_list().entries(names).finish()
    }
}
