//! Amounts as buyers read them.

use paytr_core::{Currency, Language, Money};

/// `1.234,56 TL` in Turkish, `1,234.56 TRY` in English.
pub(super) fn text(money: Money, language: Language) -> String {
    let (thousands, decimal) = match language {
        Language::Turkish => ('.', ','),
        Language::English => (',', '.'),
    };
    let currency = money.currency();
    let name = match (language, currency) {
        (Language::Turkish, Currency::TRY) => "TL",
        _ => currency.code(),
    };
    let digits = usize::from(currency.minor_unit_digits());
    let padded = format!("{:0width$}", money.minor_units(), width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if digits > 0 {
        text.push(decimal);
        text.push_str(fraction);
    }
    text.push(' ');
    text.push_str(name);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelled_as_the_language_does() {
        let table = [
            (5, Currency::TRY, "0,05 TL", "0.05 TRY"),
            (3_456, Currency::TRY, "34,56 TL", "34.56 TRY"),
            (100_000, Currency::EUR, "1.000,00 EUR", "1,000.00 EUR"),
            (
                123_456_789,
                Currency::TRY,
                "1.234.567,89 TL",
                "1,234,567.89 TRY",
            ),
            (1_200, "JPY".parse().unwrap(), "1.200 JPY", "1,200 JPY"),
        ];
        for (minor_units, currency, turkish, english) in table {
            let money = Money::new(minor_units, currency);
            assert_eq!(text(money, Language::Turkish), turkish);
            assert_eq!(text(money, Language::English), english);
        }
    }
}
