//! The format inside `PayInfo`, `CustomFields`, `Data` and `DATA`: `name=value` pairs with `;` between.
//!
//! It has no quoting. The gateway decodes the form, then decodes the inner text **once more as a whole**,
//! and only then splits it at `;` and at the first `=` of each pair: an encoding of the whole text was
//! recorded as accepted. So no encoding protects a `;` in a value, and a product called `x;Amount=1`
//! would set the amount. Every value with a `;` or a control character is refused before anything is
//! sent.

mod encoding;
mod extra;
mod fields;

pub use encoding::InnerVariant;
pub(crate) use encoding::percent_encode;
pub use extra::ExtraFields;
pub(crate) use extra::check_name;
pub(crate) use fields::InnerFields;
