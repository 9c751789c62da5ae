use std::fmt;

use serde_json::{Map, Value};

/// What came of a [check](super::Readiness::check). It holds names and texts of this crate only, nothing of an
/// order, a buyer, a database or a secret: it may be shown to whoever can reach the address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it says whether the node may get traffic"]
pub struct Report {
    parts: Vec<(&'static str, Condition)>,
}

/// How one part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It does its work.
    Up,
    /// It does not, and why.
    Down(String),
}

impl Report {
    pub(super) fn new(parts: Vec<(&'static str, Condition)>) -> Self {
        Self { parts }
    }

    /// Whether every part is up.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.parts.iter().all(|(_, part)| *part == Condition::Up)
    }

    /// The parts that were looked at, by name: `gate`, `ledger`, and `reconciler` where there is one.
    #[must_use]
    pub fn parts(&self) -> &[(&'static str, Condition)] {
        &self.parts
    }

    /// The HTTP status to answer with: 200 when ready, otherwise 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        if self.is_ready() { 200 } else { 503 }
    }

    /// The body to answer with, of type `application/json`:
    /// `{"ready":false,"parts":{"gate":"up","ledger":"down: no answer within 2 s"}}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let texts = self.parts.iter();
        let parts: Map<_, _> = texts
            .map(|(name, part)| ((*name).to_owned(), Value::from(part.to_string())))
            .collect();
        let ready = self.is_ready();
        format!(r#"{{"ready":{ready},"parts":{}}}"#, Value::Object(parts))
    }
}

/// `up`, or `down: ` and why.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up => f.write_str("up"),
            Self::Down(why) => write!(f, "down: {why}"),
        }
    }
}
