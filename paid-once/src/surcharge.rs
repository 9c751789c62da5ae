//! How far a total may lie above the price of an order.

use std::fmt;

use crate::Money;

/// Basis points in a whole.
const WHOLE: u128 = 10_000;

/// How far a total may lie above the price where a surcharge may come on top
/// ([`Expected::AtLeast`](crate::Expected::AtLeast)).
///
/// A surcharge for instalments is a share of the price. A total that is further above it is no surcharge but a
/// mistake: a price in the wrong unit, two orders that were mixed up, a slip of the decimal point. Such a
/// payment waits for review, as [`SurchargeTooHigh`](crate::ReviewReason::SurchargeTooHigh).
///
/// The default is [`BELOW_TENFOLD`](Self::BELOW_TENFOLD). Every plan of instalments is far below it, and the
/// slips of a decimal point and of a unit, by 10 or by 100, are not. A shop that knows the highest rate of its
/// own instalments sets [that share](Self::percent) and finds smaller mistakes too; one that is set too low makes
/// good payments wait.
///
/// The comparison is exact, in whole minor units. Above a price of zero every surcharge is too high, unless
/// there is [no limit](Self::NONE).
///
/// ```
/// use paid_once::{Currency, Expected, Money, OrderKey, Payment, SurchargeLimit};
///
/// let lira = |minor_units| Money::new(minor_units, Currency::TRY);
/// let order = OrderKey::new("123456", "SHOP0001").unwrap();
/// let price = Expected::AtLeast(lira(10_000));
/// let paid = |total| Payment::paid(order.clone(), lira(total));
///
/// let limit = SurchargeLimit::percent(60);
/// assert!(price.check_within(&paid(16_000), limit).is_ok());
/// assert!(price.check_within(&paid(16_001), limit).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct SurchargeLimit(Limit);

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Limit {
    #[default]
    BelowTenfold,
    BasisPoints(u32),
    None,
}

impl SurchargeLimit {
    /// The total is below ten times the price. The default.
    pub const BELOW_TENFOLD: Self = Self(Limit::BelowTenfold);

    /// Any total from the price on, for prices that are only the smallest of many: of one piece where the buyer
    /// chooses how many, or of an amount that the buyer chooses.
    pub const NONE: Self = Self(Limit::None);

    /// A surcharge of at most so many hundredths of the price: with 60 a total of 160.00 for a price of 100.00.
    /// With 0 the total is the price. Above 899 it allows more than the default does.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self::basis_points(percent.saturating_mul(100))
    }

    /// A surcharge of at most so many ten-thousandths of the price: 4250 are 42.5 %.
    #[must_use]
    pub const fn basis_points(basis_points: u32) -> Self {
        Self(Limit::BasisPoints(basis_points))
    }

    /// Whether a total may stand for a price of the same currency. One below the price has no surcharge.
    pub(crate) fn allows(self, price: Money, total: Money) -> bool {
        let (price, total) = (
            u128::from(price.minor_units()),
            u128::from(total.minor_units()),
        );
        // None of these products is above 2^96.
        let surcharge = total.saturating_sub(price);
        surcharge == 0
            || match self.0 {
                Limit::BelowTenfold => total < price * 10,
                Limit::BasisPoints(share) => surcharge * WHOLE <= price * u128::from(share),
                Limit::None => true,
            }
    }
}

impl fmt::Debug for SurchargeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Limit::BelowTenfold => f.write_str("SurchargeLimit(below tenfold)"),
            Limit::BasisPoints(share) => write!(f, "SurchargeLimit({share} basis points)"),
            Limit::None => f.write_str("SurchargeLimit(none)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn allows(limit: SurchargeLimit, price: u64, total: u64) -> bool {
        let lira = |minor_units| Money::new(minor_units, Currency::TRY);
        limit.allows(lira(price), lira(total))
    }

    #[test]
    fn without_a_setting_ten_times_the_price_is_the_first_total_that_is_too_high() {
        let limit = SurchargeLimit::default();
        for price in [1, 7, 3_456, 1_000_000_000_000] {
            assert!(allows(limit, price, price * 10 - 1), "{price}");
            assert!(!allows(limit, price, price * 10), "{price}");
            assert!(!allows(limit, price, price * 100), "{price}");
        }
    }

    #[test]
    fn a_share_is_exact_to_the_minor_unit() {
        let table = [
            (SurchargeLimit::percent(0), 100, 100),
            (SurchargeLimit::percent(60), 100, 160),
            (SurchargeLimit::basis_points(4_250), 3_456, 4_924),
            (SurchargeLimit::basis_points(1), 9_999, 9_999),
            (SurchargeLimit::basis_points(1), 10_000, 10_001),
            (SurchargeLimit::percent(2_000), 5, 105),
        ];
        for (limit, price, most) in table {
            assert!(allows(limit, price, most), "{limit:?} {price} {most}");
            assert!(!allows(limit, price, most + 1), "{limit:?} {price} {most}");
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let largest = u64::MAX;
        let widest = SurchargeLimit::percent(u32::MAX);
        assert!(allows(widest, largest - 1, largest));
        assert!(allows(SurchargeLimit::default(), largest - 1, largest));
        assert!(!allows(SurchargeLimit::percent(0), largest - 1, largest));
        assert!(!allows(widest, 1, largest));
        assert!(allows(SurchargeLimit::NONE, 1, largest));
    }

    #[test]
    fn above_nothing_every_surcharge_is_too_high() {
        for limit in [SurchargeLimit::default(), SurchargeLimit::percent(u32::MAX)] {
            assert!(allows(limit, 0, 0), "{limit:?}");
            assert!(!allows(limit, 0, 1), "{limit:?}");
        }
        assert!(allows(SurchargeLimit::NONE, 0, 1));
    }
}
