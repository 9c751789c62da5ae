use std::fmt;

/// The address of a hosted payment page. Whoever has it can open the page, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PageUrl(Box<str>);

impl PageUrl {
    pub(super) fn new(address: String) -> Self {
        Self(address.into())
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageUrl(..)")
    }
}
