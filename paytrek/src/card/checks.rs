use zeroize::Zeroizing;

use super::CardProblem;

/// The digits of a number, if they are a card's.
pub(super) fn number(text: &str) -> Result<Zeroizing<String>, CardProblem> {
    let digits = digits(text).ok_or(CardProblem::Number)?;
    let one_digit = digits.chars().all(|digit| digits.starts_with(digit));
    if !(12..=19).contains(&digits.len()) || one_digit || !passes_luhn(&digits) {
        return Err(CardProblem::Number);
    }
    Ok(digits)
}

/// Without blanks and dashes; `None` when anything but ASCII digits is left.
fn digits(text: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match character {
            ' ' | '-' => {}
            '0'..='9' => digits.push(character),
            _ => return None,
        }
    }
    Some(digits)
}

/// From the right, every second digit counts double, the digits of its double summed.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte.wrapping_sub(b'0')))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => 2 * digit,
            (_, digit) => 2 * digit - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

pub(super) fn cvc(text: &str, number: &str) -> Result<Zeroizing<String>, CardProblem> {
    let mut start = number.chars().filter(char::is_ascii_digit);
    let length = match (start.next(), start.next()) {
        (Some('3'), Some('4' | '7')) => 4,
        _ => 3,
    };
    let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| Zeroizing::new(text.to_owned()))
        .ok_or(CardProblem::Cvc)
}

pub(super) fn holder(text: &str) -> Result<Zeroizing<String>, CardProblem> {
    let name = text.trim();
    let length_fits = (2..=100).contains(&name.chars().count());
    let is_name = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_control);
    (length_fits && is_name)
        .then(|| Zeroizing::new(name.to_owned()))
        .ok_or(CardProblem::Holder)
}
