//! Checks of request fields, and the error when one does not pass. Lengths are this crate's own: the
//! documentation names none.

use paid_once::Money;
use url::Url;

use crate::{Decimal, DecimalError};

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

const LONGEST: usize = 500;

/// A text that is there, within reason, and has no control characters.
pub(super) fn text(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: LONGEST,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "no control characters",
        });
    }
    Ok(())
}

pub(super) fn maybe_text(field: &'static str, maybe: Option<&str>) -> Result<(), InvalidRequest> {
    maybe.map_or(Ok(()), |value| text(field, value))
}

/// One `@` with something on both sides, and no blanks.
pub(super) fn email(field: &'static str, address: &str) -> Result<(), InvalidRequest> {
    text(field, address)?;
    let around_at = address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !around_at || address.contains(char::is_whitespace) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "an e-mail address",
        });
    }
    Ok(())
}

pub(super) fn country(field: &'static str, code: &str) -> Result<(), InvalidRequest> {
    let two_letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    two_letters.then_some(()).ok_or(InvalidRequest::Shape {
        field,
        rule: "two upper-case letters of ISO 3166, such as TR",
    })
}

/// An absolute web address without a fragment.
pub(super) fn web_address(field: &'static str, address: &str) -> Result<(), InvalidRequest> {
    text(field, address)?;
    let is_web = Url::parse(address).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.fragment().is_none()
    });
    is_web.then_some(()).ok_or(InvalidRequest::Shape {
        field,
        rule: "an absolute http or https address without a fragment",
    })
}

/// An amount above zero, as a decimal.
pub(super) fn amount(field: &'static str, money: Money) -> Result<Decimal, InvalidRequest> {
    if money.minor_units() == 0 {
        return Err(InvalidRequest::Range {
            field,
            min: 1,
            max: u64::MAX,
        });
    }
    Decimal::of(money).map_err(|cause| InvalidRequest::Amount { field, cause })
}
