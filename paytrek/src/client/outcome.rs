use super::PaytrekError;
use crate::api::{Happened, Sale};

/// What became of a request that moves money.
#[derive(Debug)]
#[must_use = "a lost answer is not a failure"]
pub enum Outcome<T> {
    /// Paytrek answered.
    Answered(T),
    /// No usable answer came. The request was not sent again: the sale was read instead, and this is what it
    /// shows.
    AnswerLost {
        /// Whether the request took effect.
        happened: Happened,
        /// The sale as it stands now.
        sale: Box<Sale>,
        /// What came instead of an answer.
        why: Box<PaytrekError>,
    },
}

impl<T> Outcome<T> {
    /// The answer, if it came.
    #[must_use]
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::AnswerLost { .. } => None,
        }
    }
}
