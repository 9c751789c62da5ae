//! Amounts as texts: major units with a dot and two decimals.

use paytr_core::{Currency, Money, SignedMoney};

/// `34.56`.
pub(crate) fn money_text(money: Money) -> String {
    signed_text(i64::try_from(money.minor_units()).unwrap_or(i64::MAX))
}

/// `-34.56`.
pub(crate) fn signed_text(minor_units: i64) -> String {
    let sign = if minor_units < 0 { "-" } else { "" };
    let amount = minor_units.unsigned_abs();
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// PayTR's name of the currency that some amounts have in common.
pub(crate) fn currency_name(amounts: &[Option<SignedMoney>]) -> String {
    let currency = amounts.iter().flatten().next().map(SignedMoney::currency);
    match currency {
        Some(Currency::TRY) => "TL".to_owned(),
        Some(currency) => currency.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_sign_and_both_decimals() {
        for (minor_units, text) in [(0, "0.00"), (-5, "-0.05"), (3_456, "34.56"), (100, "1.00")] {
            assert_eq!(signed_text(minor_units), text);
        }
    }
}
