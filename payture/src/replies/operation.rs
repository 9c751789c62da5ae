use paid_once::Money;

use crate::answer::{Answer, AnswerError, DecodeError};

/// A hold that was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charged {
    /// How much, when the answer says it.
    pub amount: Option<Money>,
    /// The whole answer.
    pub answer: Answer,
}

impl Charged {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self {
            amount: answer.money("Amount")?,
            answer,
        })
    }
}

/// A hold that was released.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Released {
    /// What is still held: nothing.
    pub new_amount: Option<Money>,
    /// The whole answer.
    pub answer: Answer,
}

impl Released {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self {
            new_amount: answer.money("NewAmount")?,
            answer,
        })
    }
}

/// Money that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refunded {
    /// What is left of the payment. Zero: it was refunded in full.
    pub left: Money,
    /// The whole answer.
    pub answer: Answer,
}

impl Refunded {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        let left = answer.money("NewAmount")?;
        Ok(Self {
            left: left.ok_or(DecodeError::Missing { name: "NewAmount" })?,
            answer,
        })
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.left.minor_units() == 0
    }
}
