//! Answers: one XML element whose attributes say everything.
//!
//! Business failures come with HTTP 200. What happened is in the attribute `Success` alone, and it has
//! three values. Anything unexpected is an error, never a success.

mod element;
mod error;
mod parse;

pub(crate) use element::minor_units;
pub use element::{AddInfo, Answer, Element, Success};
pub use error::{AnswerError, DecodeError, Refusal};
#[cfg(feature = "client")]
pub(crate) use parse::MAX_ANSWER;
