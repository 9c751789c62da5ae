//! PayTR's spellings of an amount.
//!
//! | spelling | where |
//! |---|---|
//! | minor units, `3456` | get-token, notifications, links, transfers |
//! | major units with a dot, `34.56` | baskets, Direct API, refunds |
//! | major units with a dot or a comma, signed, `10,8` | status inquiry, reports |

use std::fmt::Write as _;

use paid_once::{Currency, Money};

/// The spelling in whole minor units: `3456`.
pub(crate) fn minor_text(money: Money) -> String {
    money.minor_units().to_string()
}

/// The spelling in major units with a dot and two decimals: `34.56`.
pub(crate) fn major_text(minor_units: u64) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "{}.{:02}", minor_units / 100, minor_units % 100);
    text
}

/// Reads minor units: digits only, no leading zero, at most [`u64::MAX`].
#[inline]
pub(crate) fn parse_minor(text: &[u8]) -> Option<u64> {
    match text {
        [] | [b'0', _, ..] => None,
        digits => digits.iter().try_fold(0_u64, |sum, digit| {
            let value = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            sum.checked_mul(10)?.checked_add(value)
        }),
    }
}

/// An amount of a status inquiry or a report: minor units, negative for deductions beyond the amount.
///
/// Reads `100`, `10.8`, `10,8`, `10.01`, `-9`; refuses more than two decimals and thousands marks.
#[must_use]
pub fn parse_major(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > 2 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let tenths_or_hundredths: i64 = fraction.parse().ok()?;
    let hundredths = match fraction.len() {
        1 => tenths_or_hundredths * 10,
        _ => tenths_or_hundredths,
    };
    let minor = whole.checked_mul(100)?.checked_add(hundredths)?;
    Some(if negative { -minor } else { minor })
}

/// An amount that a person writes: digits, and at most two decimals after a dot or a comma.
///
/// ```
/// use paytr_core::{Currency, Money};
/// use paytr_core::amount::money_from_major;
///
/// assert_eq!(money_from_major("34.56", Currency::TRY)?, Money::new(3_456, Currency::TRY));
/// assert!(money_from_major("1.000,00", Currency::TRY).is_err());
/// # Ok::<_, paytr_core::amount::AmountError>(())
/// ```
///
/// # Errors
///
/// [`AmountError`] for anything else, such as thousands marks, a sign or a third decimal.
pub fn money_from_major(text: &str, currency: Currency) -> Result<Money, AmountError> {
    parse_major(text)
        .filter(|_| !text.starts_with('-'))
        .and_then(|minor_units| u64::try_from(minor_units).ok())
        .map(|minor_units| Money::new(minor_units, currency))
        .ok_or(AmountError)
}

/// The text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount is digits with at most two decimals, such as 34.56")]
pub struct AmountError;

/// PayTR's name of a currency: `TL` for the lira, ISO 4217 for the rest.
///
/// PayTR takes TL, EUR, USD, GBP and RUB.
pub(crate) fn currency_text(currency: Currency) -> Option<&'static str> {
    match currency {
        Currency::TRY => Some("TL"),
        Currency::EUR => Some("EUR"),
        Currency::USD => Some("USD"),
        Currency::GBP => Some("GBP"),
        Currency::RUB => Some("RUB"),
        _ => None,
    }
}

/// Reads PayTR's name of a currency. An empty one is the lira; `TL` and `TRY` are the same.
#[must_use]
pub fn parse_currency(text: &str) -> Option<Currency> {
    match text {
        "" | "TL" => Some(Currency::TRY),
        iso => iso.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_are_digits_without_leading_zeros() {
        assert_eq!(parse_minor(b"0"), Some(0));
        assert_eq!(parse_minor(b"18446744073709551615"), Some(u64::MAX));
        for wrong in [
            "",
            "01",
            "+1",
            "-1",
            "1.00",
            "1e3",
            " 1",
            "1 ",
            "18446744073709551616",
            "１",
        ] {
            assert_eq!(parse_minor(wrong.as_bytes()), None, "{wrong:?}");
        }
    }

    #[test]
    fn garbage_is_not_an_amount() {
        for wrong in [
            "", "-", ".", "1.", ".5", "1.234", "1,2,3", "1.000,00", "1e3", "٣", "--1",
        ] {
            assert_eq!(parse_major(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn lira_has_two_names_and_an_empty_one() {
        for name in ["TL", "TRY", ""] {
            assert_eq!(parse_currency(name), Some(Currency::TRY));
        }
        assert_eq!(parse_currency("tl"), None);
        assert_eq!(currency_text(Currency::TRY), Some("TL"));
    }
}
