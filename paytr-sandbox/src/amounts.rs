//! Amounts: how they are written and read, what PayTR keeps of a payment here, and what instalments
//! cost.
//!
//! The rates are assumed: 2.99 % of a payment, and 1.5 % of the amount per instalment. At PayTR the
//! first is in the contract, and the others depend on the store, the card program and the day.

use paytr_core::Language;

/// `34.56`: major units as status inquiry writes them.
pub(crate) fn major(minor_units: u64) -> String {
    format!("{}.{:02}", minor_units / 100, minor_units % 100)
}

/// Reads `34.56`, `34.5` and `34`: digits with at most two places after a dot, never a comma.
pub(crate) fn parse_major(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) || part.len() > 2 {
        return None;
    }
    let tens = if part.len() == 1 { 10 } else { 1 };
    let part = part.parse::<u64>().ok()? * tens;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part)
}

/// `1.234,56 TL` or `1,234.56 TL`, for people.
pub(crate) fn readable(minor_units: u64, currency: &str, language: Language) -> String {
    let (thousands, decimal) = match language {
        Language::Turkish => ('.', ','),
        Language::English => (',', '.'),
    };
    let whole = (minor_units / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    format!("{grouped}{decimal}{:02} {currency}", minor_units % 100)
}

/// 2.99 %.
pub(crate) const COMMISSION_BASIS_POINTS: u128 = 299;

/// The rate in percent, as the reports write it.
pub(crate) const COMMISSION_PERCENT: &str = "2.99";

/// The part of `amount` that PayTR keeps, rounded half up to the kuruş.
pub(crate) fn commission(amount: u64) -> u64 {
    let part = (u128::from(amount) * COMMISSION_BASIS_POINTS + 5_000) / 10_000;
    u64::try_from(part).unwrap_or(u64::MAX)
}

/// The most instalments PayTR offers.
pub(crate) const MOST_INSTALLMENTS: u8 = 12;

const BASIS_POINTS_PER_INSTALLMENT: u32 = 150;

/// What this many instalments cost, in hundredths of a percent of the amount.
pub(crate) fn installment_basis_points(count: u8) -> u32 {
    if count < 2 {
        return 0;
    }
    u32::from(count) * BASIS_POINTS_PER_INSTALLMENT
}

/// What the buyer pays for `amount` in this many instalments; a single payment costs nothing extra.
pub(crate) fn total_in_installments(amount: u64, count: u8) -> u64 {
    let surcharge = u128::from(amount) * u128::from(installment_basis_points(count));
    let rounded_up = surcharge.div_ceil(10_000);
    amount.saturating_add(u64::try_from(rounded_up).unwrap_or(u64::MAX))
}

/// The counts a buyer may choose: 1, and 2 up to the most.
pub(crate) fn installment_choices(most: u8) -> impl Iterator<Item = u8> {
    (1..=most.clamp(1, MOST_INSTALLMENTS)).filter(move |count| *count == 1 || most > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_as_the_language_does() {
        assert_eq!(readable(5, "TL", Language::Turkish), "0,05 TL");
        let million = 123_456_789;
        assert_eq!(
            readable(million, "TL", Language::Turkish),
            "1.234.567,89 TL"
        );
        assert_eq!(
            readable(million, "EUR", Language::English),
            "1,234,567.89 EUR"
        );
        assert_eq!(major(1_001), "10.01");
    }

    #[test]
    fn an_amount_in_major_units_has_a_dot_and_at_most_two_places() {
        for (text, amount) in [
            ("34.56", Some(3_456)),
            ("34.5", Some(3_450)),
            ("34", Some(3_400)),
            ("0.01", Some(1)),
            ("34,56", None),
            ("34.567", None),
            ("34.", None),
            (".5", None),
            ("-1", None),
            ("+1", None),
            ("1e3", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_major(text), amount, "{text}");
        }
    }

    #[test]
    fn the_commission_is_rounded_to_the_kurus() {
        assert_eq!(commission(10_000), 299);
        assert_eq!(commission(100), 3);
        assert_eq!(commission(16), 0);
        assert_eq!(commission(17), 1);
    }

    #[test]
    fn instalments_cost_more_than_a_single_payment() {
        assert_eq!(total_in_installments(10_000, 1), 10_000);
        assert_eq!(total_in_installments(10_000, 2), 10_300);
        assert_eq!(total_in_installments(10_000, 12), 11_800);
        assert_eq!(total_in_installments(101, 2), 105);
    }

    #[test]
    fn a_store_without_instalments_offers_one_payment() {
        assert_eq!(installment_choices(1).collect::<Vec<_>>(), [1]);
        assert_eq!(installment_choices(3).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(installment_choices(0).collect::<Vec<_>>(), [1]);
    }
}
