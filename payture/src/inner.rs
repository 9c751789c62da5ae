//! The format inside `PayInfo`, `CustomFields`, `Data` and `DATA`: `name=value` pairs with `;` between.
//!
//! It has no quoting. The gateway decodes the form, then decodes the inner text **once more as a whole**,
//! and only then splits it at `;` and at the first `=` of each pair: an encoding of the whole text was
//! recorded as accepted. So no encoding protects a `;` in a value, and a product called `x;Amount=1`
//! would set the amount. Every value with a `;` or a control character is refused before anything is
//! sent.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::commands::InvalidRequest;

/// The caller's own pairs for the page template, the antifraud or `CustomFields`.
///
/// A name is a letter followed by letters, digits and `_`, at most 64 characters; no name comes twice,
/// whatever its case. A value is not empty and has neither `;` nor control characters. A name that the
/// command itself uses is refused when the request is made.
///
/// ```
/// use payture::ExtraFields;
///
/// let extras = ExtraFields::new().with("Table", "12")?.with("Waiter", "Ayşe")?;
/// assert!(extras.with("Note", "x;Amount=1").is_err());
/// # Ok::<_, payture::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ExtraFields(Vec<(String, String)>);

impl ExtraFields {
    /// No pairs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pair.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when the name or the value is refused, or the name is there already.
    pub fn with(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        let (name, value) = (name.into(), value.into());
        if !check_name(&name) {
            return Err(InvalidRequest::ExtraName);
        }
        if self
            .0
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(&name))
        {
            return Err(InvalidRequest::RepeatedName);
        }
        if value.is_empty() || value.contains(';') || value.chars().any(char::is_control) {
            return Err(InvalidRequest::Shape {
                field: "an extra field",
                rule: "not empty, without semicolons and control characters",
            });
        }
        self.0.push((name, value));
        Ok(self)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All pairs, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl fmt::Debug for ExtraFields {
    /// Names only: the values may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExtraFields ")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// How values are written inside the inner format, before the whole is form-encoded.
///
/// Both were seen to work. For values of letters, digits and `-._~` they give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InnerVariant {
    /// Every value is percent-encoded: `CardHolder=Ivan%20Ivanov`. The default: it carries every
    /// character but `;` and control characters.
    #[default]
    PercentEncoded,
    /// Values are written as they are: `CardHolder=Ivan Ivanov`. The gateway's second decoding would turn
    /// `+` and `%` into something else, so values with these are refused. Only for a terminal that is
    /// seen to misread the default.
    Raw,
}

/// The pairs of one inner text, in the order they are written.
pub(crate) struct InnerFields {
    pairs: Vec<Pair>,
    problem: Option<InvalidRequest>,
}

struct Pair {
    name: Cow<'static, str>,
    value: String,
    always_encoded: bool,
}

impl InnerFields {
    pub(crate) fn new() -> Self {
        Self {
            pairs: Vec::new(),
            problem: None,
        }
    }

    /// Adds a pair.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.push(name.into(), value.into(), false);
        self
    }

    /// Adds a pair that is left out when there is no value.
    pub(crate) fn optional(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// Adds base64, whose `+`, `/` and `=` are percent-encoded in either variant.
    pub(crate) fn base64(mut self, name: &'static str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.push(name.into(), value, true);
        }
        self
    }

    /// Adds the caller's own pairs. None may have a name that the command gives a meaning to.
    pub(crate) fn extras(mut self, extras: &ExtraFields, reserved: &[&'static str]) -> Self {
        for (name, value) in extras.iter() {
            let taken = reserved
                .iter()
                .find(|known| known.eq_ignore_ascii_case(name));
            if let Some(&name) = taken {
                self.fail(InvalidRequest::ReservedName { name });
            }
            self.push(Cow::Owned(name.to_owned()), value.to_owned(), false);
        }
        self
    }

    fn push(&mut self, name: Cow<'static, str>, value: String, always_encoded: bool) {
        if !check_name(&name) {
            self.fail(InvalidRequest::ExtraName);
        }
        if self
            .pairs
            .iter()
            .any(|pair| pair.name.eq_ignore_ascii_case(&name))
        {
            self.fail(InvalidRequest::RepeatedName);
        }
        self.pairs.push(Pair {
            name,
            value,
            always_encoded,
        });
    }

    /// Keeps the first problem: it is the one that is reported.
    fn fail(&mut self, problem: InvalidRequest) {
        self.problem.get_or_insert(problem);
    }

    /// The inner text, before it is form-encoded.
    pub(crate) fn encode(self, variant: InnerVariant) -> Result<String, InvalidRequest> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let mut text = String::new();
        for pair in &self.pairs {
            check_value(pair, variant)?;
            if !text.is_empty() {
                text.push(';');
            }
            text.push_str(&pair.name);
            text.push('=');
            match variant {
                InnerVariant::Raw if !pair.always_encoded => text.push_str(&pair.value),
                _ => text.push_str(&percent_encode(&pair.value)),
            }
        }
        Ok(text)
    }
}

fn check_value(pair: &Pair, variant: InnerVariant) -> Result<(), InvalidRequest> {
    let field = match &pair.name {
        Cow::Borrowed(name) => name,
        Cow::Owned(_) => "an extra field",
    };
    let shape = |rule| Err(InvalidRequest::Shape { field, rule });
    if pair.value.is_empty() {
        return shape("a value that is not empty; leave the field out instead");
    }
    if pair.value.contains(';') {
        return shape("no semicolon: it would begin another parameter");
    }
    if pair.value.chars().any(char::is_control) {
        return shape("no control characters");
    }
    if variant == InnerVariant::Raw && !pair.always_encoded && pair.value.contains(['%', '+']) {
        return shape("no % and no + in the raw variant: the gateway would decode them");
    }
    Ok(())
}

/// Whether a text may name a pair.
pub(crate) fn check_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Everything but `A-Z a-z 0-9 - . _ ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes as RFC 3986 does: upper-case hexadecimal, a space is `%20`.
pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
