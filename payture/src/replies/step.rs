use crate::answer::{Answer, AnswerError, Success};
use crate::three_ds::Challenge;

/// A card command either ends, or the cardholder must first prove who they are.
#[derive(Debug, Clone)]
#[must_use = "nothing is paid while the cardholder must still prove who they are"]
pub enum Step<T> {
    /// Carried out.
    Done(T),
    /// Send the browser to the bank.
    ThreeDs(Challenge),
}

impl<T> Step<T> {
    pub(crate) fn read(
        answer: Answer,
        done: impl FnOnce(Answer) -> Result<T, AnswerError>,
    ) -> Result<Self, AnswerError> {
        match answer.success() {
            Success::ThreeDs => Ok(Self::ThreeDs(answer.challenge()?)),
            Success::True => done(answer).map(Self::Done),
            Success::False => Err(answer.refused()),
        }
    }

    /// The end, unless there is a step in between.
    #[must_use]
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(done) => Some(done),
            Self::ThreeDs(_) => None,
        }
    }

    /// The step in between, if there is one.
    #[must_use]
    pub fn challenge(self) -> Option<Challenge> {
        match self {
            Self::Done(_) => None,
            Self::ThreeDs(challenge) => Some(challenge),
        }
    }
}
