use paid_once::Currency;

use crate::{Basket, amount};

/// A request with values that PayTR is known to refuse. Nothing was sent. Never shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Empty or too long.
    #[error("{field} has {min} to {max} characters")]
    Length {
        /// The field, by PayTR's name.
        field: &'static str,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Characters or a shape that PayTR does not take.
    #[error("{field}: {rule}")]
    Shape {
        /// The field, by PayTR's name.
        field: &'static str,
        /// What it must look like.
        rule: &'static str,
    },
    /// A number outside its range.
    #[error("{field} is {min} to {max}")]
    Range {
        /// The field, by PayTR's name.
        field: &'static str,
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
}

/// Checks a length in characters.
pub(super) fn length(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), InvalidRequest> {
    let count = text.trim().chars().count();
    if count < min || text.chars().count() > max {
        return Err(InvalidRequest::Length { field, min, max });
    }
    Ok(())
}

/// Checks an e-mail address as far as PayTR does: at most 100 ASCII characters around an `@`.
pub(super) fn email(text: &str) -> Result<(), InvalidRequest> {
    length("email", text, 3, 100)?;
    let plain = text.is_ascii() && !text.contains(|c: char| c.is_ascii_control() || c == ' ');
    let around_at = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !plain || !around_at {
        return Err(InvalidRequest::Shape {
            field: "email",
            rule: "an address of ASCII characters, without Turkish letters and blanks",
        });
    }
    Ok(())
}

/// The largest amount, in minor units, that is known to be taken.
pub(super) const MOST_MINOR_UNITS: u64 = 99_999_999_999;

/// Checks an amount: PayTR refuses less than 1.00.
pub(super) fn amount_from_one(minor_units: u64) -> Result<(), InvalidRequest> {
    minor_units_from("payment_amount", 100, minor_units)
}

/// Checks an amount in minor units.
pub(super) fn minor_units_from(
    field: &'static str,
    min: u64,
    minor_units: u64,
) -> Result<(), InvalidRequest> {
    if !(min..=MOST_MINOR_UNITS).contains(&minor_units) {
        return Err(InvalidRequest::Range {
            field,
            min,
            max: MOST_MINOR_UNITS,
        });
    }
    Ok(())
}

/// Checks that PayTR takes the currency, and returns its name there.
pub(super) fn currency(currency: Currency) -> Result<&'static str, InvalidRequest> {
    amount::currency_text(currency).ok_or(InvalidRequest::Shape {
        field: "currency",
        rule: "one of TRY, EUR, USD, GBP, RUB",
    })
}

/// Checks that a basket has a row.
pub(super) fn basket(basket: &Basket) -> Result<(), InvalidRequest> {
    if basket.rows().is_empty() {
        return Err(InvalidRequest::Shape {
            field: "user_basket",
            rule: "at least one row",
        });
    }
    Ok(())
}

/// Checks a time limit in minutes.
pub(super) fn timeout(minutes: Option<u32>) -> Result<(), InvalidRequest> {
    if minutes == Some(0) {
        return Err(InvalidRequest::Range {
            field: "timeout_limit",
            min: 1,
            max: u64::from(u32::MAX),
        });
    }
    Ok(())
}

/// Checks an absolute web address of at most 400 characters.
pub(super) fn return_url(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    length(field, text, 1, 400)?;
    let is_web = url::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_web {
        return Err(InvalidRequest::Shape {
            field,
            rule: "an absolute http or https address",
        });
    }
    Ok(())
}
