/// The three values of the attribute `Success`, compared without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    /// `True`: this command was carried out. That alone does not mean that money was received.
    True,
    /// `False`: not carried out; `ErrCode` says why.
    False,
    /// `3DS`: the cardholder must prove who they are first.
    ThreeDs,
}

impl Success {
    pub(super) fn from_wire(text: &str) -> Option<Self> {
        match () {
            () if text.eq_ignore_ascii_case("True") => Some(Self::True),
            () if text.eq_ignore_ascii_case("False") => Some(Self::False),
            () if text.eq_ignore_ascii_case("3DS") => Some(Self::ThreeDs),
            () => None,
        }
    }
}
