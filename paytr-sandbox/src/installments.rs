//! Instalments and what they cost here. The rates are assumed: 1.5 % of the amount per instalment.
//! At PayTR they depend on the store, the card program and the day.

/// The most instalments PayTR offers.
pub(crate) const MOST: u8 = 12;

const BASIS_POINTS_PER_INSTALLMENT: u32 = 150;

/// What this many instalments cost, in hundredths of a percent of the amount.
pub(crate) fn basis_points(count: u8) -> u32 {
    if count < 2 {
        return 0;
    }
    u32::from(count) * BASIS_POINTS_PER_INSTALLMENT
}

/// What the buyer pays for `amount` in this many instalments; a single payment costs nothing extra.
pub(crate) fn total(amount: u64, count: u8) -> u64 {
    let surcharge = u128::from(amount) * u128::from(basis_points(count));
    let rounded_up = surcharge.div_ceil(10_000);
    amount.saturating_add(u64::try_from(rounded_up).unwrap_or(u64::MAX))
}

/// The counts a buyer may choose: 1, and 2 up to the most.
pub(crate) fn choices(most: u8) -> impl Iterator<Item = u8> {
    (1..=most.clamp(1, MOST)).filter(move |count| *count == 1 || most > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instalments_cost_more_than_a_single_payment() {
        assert_eq!(total(10_000, 1), 10_000);
        assert_eq!(total(10_000, 2), 10_300);
        assert_eq!(total(10_000, 12), 11_800);
        assert_eq!(total(101, 2), 105);
    }

    #[test]
    fn a_store_without_instalments_offers_one_payment() {
        assert_eq!(choices(1).collect::<Vec<_>>(), [1]);
        assert_eq!(choices(3).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(choices(0).collect::<Vec<_>>(), [1]);
    }
}
