//! Paytrek's decimals: major units with two fraction digits, as JSON text or as a JSON number.
//!
//! | where | written as |
//! |---|---|
//! | sale, direct charge, subscription plan | text, `"24.00"` |
//! | refund | a number with two fraction digits, `9.70` |
//! | replies | text or number, `"24.00"`, `24`, `24.0`, `9.7` |
//!
//! A number is read from its source text, so that no binary float is ever in between.

use std::fmt;
use std::str::FromStr;

use paid_once::{Currency, Money};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A non-negative decimal with at most two fraction digits: Paytrek's spelling of an amount.
///
/// ```
/// use paytrek::Decimal;
/// use paytrek::{Currency, Money};
///
/// let amount: Decimal = "24.7".parse()?;
/// assert_eq!(amount.hundredths(), 2_470);
/// assert_eq!(amount.to_string(), "24.70");
/// assert_eq!(amount.money(Currency::TRY)?, Money::new(2_470, Currency::TRY));
/// # Ok::<_, paytrek::DecimalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal {
    hundredths: u64,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self::from_hundredths(0);
    /// Longer numbers are refused before they are read, whatever their value.
    const MAX_DIGITS: usize = 19;

    /// `2_400` is 24.00.
    #[must_use]
    pub const fn from_hundredths(hundredths: u64) -> Self {
        Self { hundredths }
    }

    /// How many hundredths it is.
    #[must_use]
    pub const fn hundredths(self) -> u64 {
        self.hundredths
    }

    /// Paytrek's spelling of an amount of money.
    ///
    /// # Errors
    ///
    /// [`DecimalError::Currency`] when the currency's minor unit is no hundredth (yen, dinar): how
    /// Paytrek writes those is not documented.
    pub fn of(money: Money) -> Result<Self, DecimalError> {
        check_currency(money.currency())?;
        Ok(Self::from_hundredths(money.minor_units()))
    }

    /// The amount of money that this is in `currency`.
    ///
    /// # Errors
    ///
    /// [`DecimalError::Currency`], as for [`of`](Self::of).
    pub fn money(self, currency: Currency) -> Result<Money, DecimalError> {
        check_currency(currency)?;
        Ok(Money::new(self.hundredths, currency))
    }

    /// Reads a JSON value: text or number.
    pub(crate) fn from_json(raw: &RawValue) -> Result<Self, DecimalError> {
        let source = raw.get();
        if source.starts_with('"') {
            let text: String = serde_json::from_str(source).map_err(|_| DecimalError::Shape)?;
            text.parse()
        } else {
            source.parse()
        }
    }
}

fn check_currency(currency: Currency) -> Result<(), DecimalError> {
    match currency.minor_unit_digits() {
        2 => Ok(()),
        _ => Err(DecimalError::Currency),
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Digits, perhaps a point and digits: no sign, exponent, blank, thousands mark or leading zero;
    /// at most two fraction digits that are not trailing zeros, at most 19 digits in all.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(DecimalError::Shape),
            Some(parts) => parts,
            None => (text, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let padded = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || padded || !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError::Shape);
        }
        if whole.len() + fraction.len() > Self::MAX_DIGITS {
            return Err(DecimalError::TooLarge);
        }
        let cents = match fraction.trim_end_matches('0').as_bytes() {
            [] => 0,
            [tenths] => 10 * digit(*tenths),
            [tenths, hundredths] => 10 * digit(*tenths) + digit(*hundredths),
            _ => return Err(DecimalError::TooFine),
        };
        let whole: u64 = whole.parse().map_err(|_| DecimalError::TooLarge)?;
        let hundredths = whole
            .checked_mul(100)
            .and_then(|sum| sum.checked_add(cents));
        hundredths
            .map(Self::from_hundredths)
            .ok_or(DecimalError::TooLarge)
    }
}

fn digit(byte: u8) -> u64 {
    u64::from(byte.wrapping_sub(b'0'))
}

impl fmt::Display for Decimal {
    /// Always two fraction digits: `24.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.hundredths / 100, self.hundredths % 100)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes `"24.00"`.
#[derive(Clone, Copy)]
pub(crate) struct AsText(pub(crate) Decimal);

impl Serialize for AsText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Writes `24.00`, a bare number.
#[derive(Clone, Copy)]
pub(crate) struct AsNumber(pub(crate) Decimal);

impl Serialize for AsNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.0.to_string());
        number
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

/// Why something is not an amount of Paytrek's. Never shows the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// Not digits with perhaps a point and digits.
    #[error("an amount is digits, perhaps with a point and two more digits")]
    Shape,
    /// More than two fraction digits.
    #[error("an amount has at most two fraction digits")]
    TooFine,
    /// More than fits.
    #[error("the amount is too large")]
    TooLarge,
    /// A currency whose minor unit is no hundredth.
    #[error("the minor unit of this currency is no hundredth, which Paytrek's decimals need")]
    Currency,
}
