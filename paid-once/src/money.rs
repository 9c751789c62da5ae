//! Amounts of money: whole minor units and a currency, never a float.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency: three upper-case ASCII letters.
///
/// The constants cover the currencies that the providers of this project settle; any other code is
/// made with [`FromStr`]. Provider spellings such as `TL` belong to the provider's crate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Turkish lira.
    pub const TRY: Self = Self(*b"TRY");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Russian rouble.
    pub const RUB: Self = Self(*b"RUB");
    /// No currency: ISO 4217's own code for where none is known. Nothing is ever expected in it.
    pub const XXX: Self = Self(*b"XXX");

    /// The three-letter code.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters ever get in.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimal digits the minor unit has, by ISO 4217: 2 for most, 0 for yen, 3 for dinar.
    #[must_use]
    pub fn minor_unit_digits(&self) -> u8 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) => {
                Ok(Self([*a, *b, *c]))
            }
            _ => Err(CurrencyError),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not an ISO 4217 code: three upper-case ASCII letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency code is three upper-case ASCII letters, such as TRY")]
pub struct CurrencyError;

/// An amount: whole minor units (kuruş, cent) of one [`Currency`].
///
/// ```
/// use paid_once::{Currency, Money};
///
/// let price = Money::new(3_456, Currency::TRY);
/// assert_eq!(price.minor_units(), 3_456);
/// assert_eq!(price.to_string(), "34.56 TRY");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor_units: u64,
    currency: Currency,
}

impl Money {
    /// `minor_units` of `currency`: `Money::new(3_456, Currency::TRY)` is 34.56 lira.
    #[must_use]
    pub const fn new(minor_units: u64, currency: Currency) -> Self {
        Self {
            minor_units,
            currency,
        }
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor_units(&self) -> u64 {
        self.minor_units
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum, or `None` when the currencies differ or the sum does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let minor_units = self.minor_units.checked_add(other.minor_units)?;
        Some(Self {
            minor_units,
            ..self
        })
    }

    /// The amount times `count`, or `None` when the product does not fit.
    #[must_use]
    pub fn checked_mul(self, count: u64) -> Option<Self> {
        let minor_units = self.minor_units.checked_mul(count)?;
        Some(Self {
            minor_units,
            ..self
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.currency.minor_unit_digits());
        let unit = 10_u64.pow(u32::from(self.currency.minor_unit_digits()));
        let (major, minor) = (self.minor_units / unit, self.minor_units % unit);
        if digits == 0 {
            write!(f, "{major} {}", self.currency)
        } else {
            write!(f, "{major}.{minor:0digits$} {}", self.currency)
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_uses_the_minor_unit_of_the_currency() {
        assert_eq!(Money::new(5, Currency::TRY).to_string(), "0.05 TRY");
        assert_eq!(
            Money::new(120_000, Currency::EUR).to_string(),
            "1200.00 EUR"
        );
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(Money::new(120, yen).to_string(), "120 JPY");
        let dinar: Currency = "KWD".parse().unwrap();
        assert_eq!(Money::new(1_005, dinar).to_string(), "1.005 KWD");
    }

    #[test]
    fn amounts_of_two_currencies_do_not_add_up() {
        let lira = Money::new(1, Currency::TRY);
        assert_eq!(lira.checked_add(Money::new(1, Currency::EUR)), None);
        assert_eq!(lira.checked_add(lira), Some(Money::new(2, Currency::TRY)));
    }

    #[test]
    fn overflow_is_refused() {
        let most = Money::new(u64::MAX, Currency::TRY);
        assert_eq!(most.checked_add(Money::new(1, Currency::TRY)), None);
        assert_eq!(most.checked_mul(2), None);
    }

    #[test]
    fn a_currency_is_three_upper_case_letters() {
        for wrong in ["", "TL", "try", "TRYX", "T1Y", "ŞRY"] {
            assert_eq!(wrong.parse::<Currency>(), Err(CurrencyError), "{wrong}");
        }
    }
}
