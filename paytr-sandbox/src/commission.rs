//! What PayTR keeps of a payment here. The rate is assumed: at PayTR it is in the contract.

/// 2.99 %.
const BASIS_POINTS: u128 = 299;

/// The rate in percent, as the reports write it.
pub(crate) const PERCENT: &str = "2.99";

/// The part of `amount` that PayTR keeps, rounded half up to the kuruş.
pub(crate) fn of(amount: u64) -> u64 {
    let part = (u128::from(amount) * BASIS_POINTS + 5_000) / 10_000;
    u64::try_from(part).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commission_is_rounded_to_the_kurus() {
        assert_eq!(of(10_000), 299);
        assert_eq!(of(100), 3);
        assert_eq!(of(16), 0);
        assert_eq!(of(17), 1);
    }
}
