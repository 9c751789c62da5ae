use std::fmt;

use paid_once::{Currency, Money};

/// An amount that may be negative: a net after deductions, a balance.
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
    fn less_than_one_below_zero_keeps_its_sign() {
        assert_eq!(SignedMoney::new(-5, Currency::TRY).to_string(), "-0.05 TRY");
        assert_eq!(SignedMoney::new(-5, Currency::TRY).to_money(), None);
        let nine = SignedMoney::new(900, Currency::TRY).to_money();
        assert_eq!(nine, Some(Money::new(900, Currency::TRY)));
    }
}
