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
}
