use std::fmt;
use std::str::FromStr;

use crate::api::InvalidRequest;

/// PayTR's id of a payment link, such as `NB2Zlz3`: the end of `https://www.paytr.com/link/NB2Zlz3`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkId(Box<str>);

impl LinkId {
    /// Takes an id of 1 to 64 ASCII letters, digits, `-` and `_`. Its alphabet is not documented;
    /// recorded ones are letters and digits. A comma would make two ids of it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for anything else.
    pub fn new(id: &str) -> Result<Self, InvalidRequest> {
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=64).contains(&id.len()) || !id.bytes().all(is_id) {
            return Err(InvalidRequest::Shape {
                field: "id",
                rule: "a link id: 1 to 64 letters and digits",
            });
        }
        Ok(Self(id.into()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LinkId {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        Self::new(text)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
