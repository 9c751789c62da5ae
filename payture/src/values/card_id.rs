use std::fmt;

use crate::commands::InvalidRequest;

/// The id of a stored card: a GUID of 36 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardId(String);

impl CardId {
    /// Checks and takes an id.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 36 hexadecimal digits and hyphens.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidRequest> {
        let id = id.into();
        if !is_guid(&id) {
            return Err(InvalidRequest::Shape {
                field: "CardId",
                rule: "36 hexadecimal digits and hyphens",
            });
        }
        Ok(Self(id))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 36 characters of `0-9 A-F a-f -`.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardId({self})")
    }
}
