/// Whether Paytrek stores the card for later charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SaveCard {
    /// Do not store it. Always sent: one page of the documentation says that storing is the default.
    #[default]
    No,
    /// Store it; the answer has its token.
    Yes,
    /// Leave the field out and let Paytrek decide. Documented as "default true" and as plain optional.
    Unsaid,
}

impl SaveCard {
    pub(super) fn to_field(self) -> Option<bool> {
        match self {
            Self::No => Some(false),
            Self::Yes => Some(true),
            Self::Unsaid => None,
        }
    }
}
