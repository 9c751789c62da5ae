//! Answers: one XML element whose attributes say everything.
//!
//! Business failures come with HTTP 200. What happened is in the attribute `Success` alone, and it has
//! three values. Anything unexpected is an error, never a success.

mod element;
mod error;
mod parse;
mod refusal;
mod success;

pub(crate) use element::minor_units;
pub use element::{AddInfo, Answer, Element};
pub use error::{AnswerError, DecodeError};
#[cfg(feature = "client")]
pub(crate) use parse::MAX_ANSWER;
pub use refusal::Refusal;
pub use success::Success;
