use std::fmt;

use super::Answer;
use crate::ErrorCode;

/// Why an answer cannot be used. Never contains a value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than any answer.
    #[error("the answer is too long")]
    TooLong,
    /// Not one well-formed XML element, or XML with a document type.
    #[error("the answer is not the XML that Payture sends")]
    NotXml,
    /// Not the JSON of a receipt's answer.
    #[error("the answer is not the JSON that Payture sends")]
    NotJson,
    /// The root element of another command.
    #[error("the answer belongs to another command")]
    Root,
    /// `Success` is missing or none of its three values.
    #[error("the answer does not say whether it is a success")]
    Success,
    /// The answer is about another order.
    #[error("the answer is about another order")]
    OtherOrder,
    /// A part that must be there is missing.
    #[error("{name} is missing")]
    Missing {
        /// The attribute.
        name: &'static str,
    },
    /// A part is not what it must be.
    #[error("{name} has an unexpected value")]
    Value {
        /// The attribute.
        name: &'static str,
    },
    /// It asks for 3-D Secure, which this command has no use for.
    #[error("the answer asks for 3-D Secure where there is none")]
    UnexpectedChallenge,
}

/// Why an answer gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// Payture refused the command.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer is none of the documented shapes. What happened is unknown.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
}

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
