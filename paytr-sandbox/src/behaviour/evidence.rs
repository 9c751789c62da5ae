use std::fmt;

use serde::Serialize;

/// One thing that the sandbox does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Behaviour {
    /// The path of an endpoint, or a topic such as `notifications`.
    pub of: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// How it is known.
    pub evidence: Evidence,
}

/// How it is known that PayTR does the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// PayTR's documentation says so.
    Documented,
    /// Seen in recorded traffic, or in PayTR's own plugins.
    Recorded,
    /// Nobody has written it down: do not build on it.
    Assumed,
    /// PayTR does something else, or nothing: it is here so that things can be tried.
    SandboxOnly,
}

impl Evidence {
    /// The word for it in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Recorded => "recorded",
            Self::Assumed => "assumed",
            Self::SandboxOnly => "sandbox only",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Shortens the tables.
pub(super) const fn row(of: &'static str, what: &'static str, evidence: Evidence) -> Behaviour {
    Behaviour { of, what, evidence }
}
