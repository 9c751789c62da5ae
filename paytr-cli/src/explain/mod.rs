//! Finds out why a hash is wrong: tries what people get wrong and says which byte of the signed text
//! differs.
//!
//! Key and salt are never shown; in a text they stand as `<key>` and `<salt>`. A difference inside them
//! is reported at their first byte.

mod body;
mod encodings;
mod formula;
mod mistake;
mod mistakes;
mod signed_text;
mod spelling;
mod verdict;

pub(crate) use body::{Body, Encoding};
pub(crate) use verdict::{Explanation, Shows, Tried, explain};
