use super::Refusal;

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
    /// Payture said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer is none of the documented shapes. What happened is unknown.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
}
