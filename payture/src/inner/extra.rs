use std::fmt;

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

/// Whether a text may name a pair.
pub(crate) fn check_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
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
