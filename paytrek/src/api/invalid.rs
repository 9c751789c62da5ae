use crate::DecimalError;

/// A request with values that Paytrek is known to refuse, or that this crate does not let through.
/// Nothing was sent. Never shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Empty or too long.
    #[error("{field} has {min} to {max} characters")]
    Length {
        /// The field, by Paytrek's name.
        field: &'static str,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Characters or a shape that it must not have.
    #[error("{field}: {rule}")]
    Shape {
        /// The field, by Paytrek's name.
        field: &'static str,
        /// What it must look like.
        rule: &'static str,
    },
    /// A number outside its range.
    #[error("{field} is {min} to {max}")]
    Range {
        /// The field, by Paytrek's name.
        field: &'static str,
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// An amount that Paytrek cannot spell.
    #[error("{field} cannot be written as a decimal")]
    Amount {
        /// The field, by Paytrek's name.
        field: &'static str,
        /// Why.
        #[source]
        cause: DecimalError,
    },
}
