//! What sending a command changes, and why it is not sent.

use paid_once::Currency;

/// What sending a command changes at Payture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it may be repeated.
    ReadOnly,
    /// Customers, cards or sessions. It is sent once.
    Changes,
    /// Money. It is sent once, and when its outcome is unknown the order's state is asked for first.
    MovesMoney,
}

/// A request with values that Payture is known to refuse or to misread. Nothing was sent. Never shows a
/// value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Empty or too long.
    #[error("{field} has {min} to {max} characters")]
    Length {
        /// The field, by Payture's name.
        field: &'static str,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Characters or a shape that cannot be sent.
    #[error("{field}: {rule}")]
    Shape {
        /// The field, by Payture's name.
        field: &'static str,
        /// What it must look like.
        rule: &'static str,
    },
    /// A number outside its range.
    #[error("{field} is {min} to {max}")]
    Range {
        /// The field, by Payture's name.
        field: &'static str,
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// An amount in another currency than the terminal's.
    #[error("the terminal takes amounts in {terminal} only")]
    Currency {
        /// The terminal's currency.
        terminal: Currency,
    },
    /// An extra field with a name that the command gives a meaning to.
    #[error("an extra field is called {name}, which the command itself uses: choose another name")]
    ReservedName {
        /// The reserved name.
        name: &'static str,
    },
    /// The name of an extra field is not a name.
    #[error(
        "the name of a field is a letter and then letters, digits and _, at most 64 characters"
    )]
    ExtraName,
    /// The same name twice.
    #[error("a field comes twice")]
    RepeatedName,
    /// More than there is to charge or to refund.
    #[error("the amount is larger than what is left of the order")]
    MoreThanLeft,
}
