use paytr_core::Language;

/// `34.56`: major units as status inquiry writes them.
pub(crate) fn major(minor_units: u64) -> String {
    format!("{}.{:02}", minor_units / 100, minor_units % 100)
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
}
