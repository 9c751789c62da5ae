use std::fmt;

use paid_once::{Currency, Money};

/// A percentage, exact to a millionth of a percent: an instalment or a deduction rate.
///
/// On the wire: `kesinti_orani` and `taksit_…`, percent, as text or number. Recorded; documented:
/// <https://dev.paytr.com/direkt-api/taksit-sorgulama>, August 2026.
///
/// PayTR writes `7.28`, `7,28` or the number 7.28 for 7.28 %.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Percent {
    millionths: i64,
}

impl Percent {
    /// One percent, in millionths of a percent.
    const ONE: i64 = 1_000_000;

    /// A percentage of millionths of a percent: `7_280_000` is 7.28 %.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self { millionths }
    }

    /// The percentage in millionths of a percent.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.millionths
    }

    /// Reads a decimal with a dot or a comma. Decimals beyond the sixth are dropped: they are noise of
    /// a binary number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
        let whole: i64 = whole.parse().ok()?;
        let millionths = whole
            .checked_mul(Self::ONE)?
            .checked_add(fraction.parse().ok()?)?;
        Some(Self {
            millionths: if negative { -millionths } else { millionths },
        })
    }
}

impl fmt::Display for Percent {
    /// Writes at least two decimals: `7.28`, `0.00`, `1.7899`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.millionths < 0 { "-" } else { "" };
        let amount = self.millionths.unsigned_abs();
        let one = Self::ONE.unsigned_abs();
        let fraction = format!("{:06}", amount % one);
        let (shown, rest) = fraction.split_at(2);
        let text = format!(
            "{sign}{}.{shown}{}",
            amount / one,
            rest.trim_end_matches('0')
        );
        f.pad(&text)
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} %")
    }
}

/// An amount that may be negative: a net after deductions, a balance.
///
/// On the wire: `net_tutar` and its like, major units as text or number, perhaps below zero. Recorded;
/// documented: <https://dev.paytr.com/islem-dokumu>, August 2026.
///
/// Whole minor units of one currency, like [`Money`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignedMoney {
    minor_units: i64,
    currency: Currency,
}

impl SignedMoney {
    /// `minor_units` of `currency`, below zero too.
    #[must_use]
    pub const fn new(minor_units: i64, currency: Currency) -> Self {
        Self {
            minor_units,
            currency,
        }
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor_units(&self) -> i64 {
        self.minor_units
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The same amount as [`Money`]; `None` below zero.
    #[must_use]
    pub fn to_money(&self) -> Option<Money> {
        let minor_units = u64::try_from(self.minor_units).ok()?;
        Some(Money::new(minor_units, self.currency))
    }
}

impl fmt::Display for SignedMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor_units < 0 { "-" } else { "" };
        let amount = Money::new(self.minor_units.unsigned_abs(), self.currency);
        write!(f, "{sign}{amount}")
    }
}

impl fmt::Debug for SignedMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_exactly_with_a_dot_or_a_comma() {
        for (text, millionths, shown) in [
            ("7.28", 7_280_000, "7.28"),
            ("7,28", 7_280_000, "7.28"),
            ("2", 2_000_000, "2.00"),
            ("0", 0, "0.00"),
            ("1.7899", 1_789_900, "1.7899"),
            ("-0.5", -500_000, "-0.50"),
            ("9.320000000000000284", 9_320_000, "9.32"),
        ] {
            let percent = Percent::parse(text).unwrap();
            assert_eq!(percent.millionths(), millionths, "{text}");
            assert_eq!(percent.to_string(), shown);
        }
        for wrong in ["", ".", "1.", ".5", "1e3", "%5", "5 ", "--1"] {
            assert_eq!(Percent::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn less_than_one_below_zero_keeps_its_sign() {
        assert_eq!(SignedMoney::new(-5, Currency::TRY).to_string(), "-0.05 TRY");
        assert_eq!(SignedMoney::new(-5, Currency::TRY).to_money(), None);
        let nine = SignedMoney::new(900, Currency::TRY).to_money();
        assert_eq!(nine, Some(Money::new(900, Currency::TRY)));
    }
}
