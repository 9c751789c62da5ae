//! The spellings of an amount.

use paytr_core::amount::parse_major;

/// The other spellings of an amount, with what each is called.
pub(super) fn usual(text: &str) -> Vec<(String, String)> {
    let has_decimals = text.contains(['.', ',']);
    let Some(read) = parse_major(text) else {
        return Vec::new();
    };
    // Without decimals it may be either: minor units, as PayTR posts them, or whole units.
    let of_minor = if has_decimals {
        vec![read]
    } else {
        vec![read / 100, read]
    };
    let mut spelled = Vec::new();
    for minor in of_minor {
        let (whole, rest) = (minor / 100, (minor % 100).abs());
        spelled.push((format!("{minor}"), "minor units"));
        spelled.push((format!("{whole}.{rest:02}"), "major units with a dot"));
        spelled.push((format!("{whole},{rest:02}"), "major units with a comma"));
        let short = format!("{whole}.{rest:02}");
        let short = short.trim_end_matches('0').trim_end_matches('.');
        spelled.push((short.to_owned(), "major units without zeros at the end"));
    }
    let mut others: Vec<(String, String)> = Vec::new();
    for (spelling, name) in spelled {
        if spelling != text && others.iter().all(|(known, _)| *known != spelling) {
            others.push((spelling, name.to_owned()));
        }
    }
    others
}

/// Rarer spellings: what floating point numbers and formatters for people make of an amount.
pub(super) fn odd(text: &str) -> Vec<(String, String)> {
    let known = usual(text);
    let mut spelled = Vec::new();
    for minor in odd_readings(text) {
        let (whole, rest) = (minor / 100, minor % 100);
        spelled.push((minor.to_string(), "minor units"));
        spelled.push((format!("{whole}.{rest:02}"), "major units with a dot"));
        spelled.push((format!("{minor}.0"), "a floating point number"));
        if let Some((product, cut)) = float_product(minor) {
            spelled.push((product, "a floating point number, not rounded"));
            spelled.push((cut, "a floating point number, cut instead of rounded"));
        }
        let marked = |mark| with_thousands(whole, mark);
        spelled.push((
            format!("{}.{rest:02}", marked(",")),
            "major units with commas for people",
        ));
        spelled.push((
            format!("{},{rest:02}", marked(".")),
            "major units with dots for people",
        ));
        spelled.push((format!("{whole}.{rest:02} TL"), "major units with TL"));
    }
    let mut others: Vec<(String, String)> = Vec::new();
    for (spelling, name) in spelled {
        let mut all = known.iter().chain(&others);
        if spelling != text && all.all(|(known, _)| *known != spelling) {
            others.push((spelling, name.to_owned()));
        }
    }
    others
}

/// The minor units that a text may mean, however it is written.
fn odd_readings(text: &str) -> Vec<u64> {
    let digits: String = text
        .chars()
        .filter(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','))
        .collect();
    let (whole, fraction) = match digits.rfind(['.', ',']) {
        Some(at) => digits.split_at(at),
        None => (digits.as_str(), ""),
    };
    let fraction = fraction.trim_start_matches(['.', ',']);
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let number = format!("{whole}.{fraction}0").parse::<f64>();
    let Some(number) = number.ok().filter(|_| !whole.is_empty()) else {
        return Vec::new();
    };
    // What is written may be either unit.
    let mut readings = vec![rounded(number), rounded(number * 100.0)];
    if fraction.is_empty() {
        readings.reverse();
    }
    readings.into_iter().flatten().collect()
}

/// Whole numbers of at most 15 digits, which a floating point number holds exactly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn rounded(number: f64) -> Option<u64> {
    let is_exact = (0.0..1e15).contains(&number);
    is_exact.then(|| number.round() as u64)
}

/// Minor units as a program has them that multiplies the major units by 100, and what is left of them
/// when the decimals are cut off. `None` if that is a whole number.
#[expect(
    clippy::cast_precision_loss,
    reason = "a number of at most 15 digits is exact"
)]
fn float_product(minor: u64) -> Option<(String, String)> {
    let product = (minor as f64 / 100.0) * 100.0;
    (product.fract() != 0.0).then(|| (format!("{product}"), format!("{}", product.trunc())))
}

fn with_thousands(whole: u64, mark: &str) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelled_in_the_units_they_may_have_been_meant_in() {
        let spelled = |text| -> Vec<_> { usual(text).into_iter().map(|(way, _)| way).collect() };
        assert_eq!(spelled("34.50"), ["3450", "34,50", "34.5"]);
        assert_eq!(
            spelled("100"),
            ["1.00", "1,00", "1", "10000", "100.00", "100,00"]
        );
        assert!(spelled("").is_empty() && spelled("1e3").is_empty());
    }

    #[test]
    fn floats_and_amounts_for_people_are_read_and_written() {
        let has = |text, other: &str| odd(text).iter().any(|(way, _)| way == other);
        for (text, other) in [
            ("3455.9999999999995", "3456"),
            ("34.559999999999995", "3456"),
            ("34.559999999999995", "34.56"),
            ("1.234,56", "123456"),
            ("1,234.56", "1234.56"),
            ("123456", "1,234.56"),
            ("1234.56", "1.234,56"),
            ("34.56 TL", "3456"),
            ("3456", "3456.0"),
            // 19.99 * 100 is 1998.9999999999998.
            ("1999", "1998.9999999999998"),
            ("1999", "1998"),
        ] {
            assert!(has(text, other), "{text} as {other}: {:?}", odd(text));
        }
        assert!(odd("").is_empty());
    }
}
