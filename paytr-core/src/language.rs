use std::fmt;

/// A language of PayTR's pages.
///
/// On the wire: `lang` or `client_lang`, `tr` or `en`. Documented:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Turkish, PayTR's default.
    #[default]
    Turkish,
    /// English.
    English,
}

impl Language {
    /// `tr` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Turkish => "tr",
            Self::English => "en",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "tr" => Some(Self::Turkish),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}
