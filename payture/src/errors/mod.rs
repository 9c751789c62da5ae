//! Payture's error codes: an open set, each with its meaning and what to do.

mod class;
mod code;

pub use class::ErrorClass;
pub use code::{ErrorCode, OtherCode};
