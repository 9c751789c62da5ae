use std::fmt;

use crate::TerminalError;

/// The name of a terminal: 1 to 64 ASCII letters, digits, `-`, `_` and `.`.
///
/// Payture documents no grammar; every known name fits this one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TerminalName(String);

impl TerminalName {
    /// Checks and takes a name.
    ///
    /// # Errors
    ///
    /// [`TerminalError`].
    pub fn new(name: &str) -> Result<Self, TerminalError> {
        if name.trim().is_empty() {
            return Err(TerminalError::Blank { what: "name" });
        }
        if name.trim() != name {
            return Err(TerminalError::Padded { what: "name" });
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.len() > 64 || !name.bytes().all(allowed) {
            return Err(TerminalError::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TerminalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TerminalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TerminalName({self})")
    }
}
