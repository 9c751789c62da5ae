use crate::answer::{Answer, AnswerError};

/// A customer command that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustomerReply {
    /// The whole answer, with `VWUserLgn`.
    pub answer: Answer,
}

impl CustomerReply {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self { answer })
    }

    /// The customer's login.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.answer.get("VWUserLgn")
    }
}
