use std::fmt;

use super::Answer;
use crate::ErrorCode;

/// Payture's no. Sent with HTTP 200.
///
/// The code is an open set; [`ErrorCode`] knows what it means and what to do.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Why.
    pub code: ErrorCode,
    /// The whole answer: `DUPLICATE_CARD`, for instance, comes with the `CardId` that exists.
    pub answer: Box<Answer>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, answer: Answer) -> Self {
        Self {
            code,
            answer: Box::new(answer),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            // The text of an unknown code is the gateway's, so it is not repeated here.
            ErrorCode::Other(_) => {
                f.write_str("Payture refused with a code that is not documented")
            }
            code => write!(f, "Payture refused: {} ({})", code.as_str(), code.meaning()),
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("code", &self.code)
            .field("answer", &self.answer)
            .finish()
    }
}

impl std::error::Error for Refusal {}
