use super::signed_text::{KeyedWith, SignedText};

/// Something that people get wrong.
#[derive(Debug, Clone)]
pub(super) struct Mistake {
    pub(super) name: String,
    pub(super) advice: &'static str,
    pub(super) text: SignedText,
    pub(super) keyed: KeyedWith,
    /// Whether it is common enough to be listed even if it is not what happened.
    pub(super) is_likely: bool,
}

impl Mistake {
    pub(super) fn likely(name: impl Into<String>, advice: &'static str, text: SignedText) -> Self {
        Self {
            name: name.into(),
            advice,
            text,
            keyed: KeyedWith::Key,
            is_likely: true,
        }
    }

    pub(super) fn rare(name: impl Into<String>, advice: &'static str, text: SignedText) -> Self {
        Self {
            is_likely: false,
            ..Self::likely(name, advice, text)
        }
    }

    pub(super) fn keyed(self, keyed: KeyedWith) -> Self {
        Self { keyed, ..self }
    }
}
