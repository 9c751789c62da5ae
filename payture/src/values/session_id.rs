use std::fmt;

use super::card_id::is_guid;

/// The id of a payment page's session, as `Init` answered it. Sessions live 60 minutes unless support
/// sets them otherwise.
///
/// Whoever has it may open the page, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    /// The id, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is 36 hexadecimal digits and hyphens, as documented. A browser is sent to no other.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        is_guid(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}
