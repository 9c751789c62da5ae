use std::fmt;

use zeroize::Zeroizing;

use super::{Card, TestCard, YearMonth};

/// What a buyer typed.
#[derive(Clone, Copy)]
pub struct CardForm<'a> {
    /// The number, with or without blanks and dashes.
    pub number: &'a str,
    /// Month and year: `12/2030` or `12/30`.
    pub expiration: &'a str,
    /// The code on the back, or on the front of some cards. `000` is a code.
    pub cvc: &'a str,
    /// The cardholder's name.
    pub holder: &'a str,
}

impl CardForm<'_> {
    /// Checks every field. `today` is the caller's, so that tests can choose it.
    ///
    /// # Errors
    ///
    /// [`CardProblems`] with everything that is wrong at once, and without any value.
    pub fn check(&self, today: YearMonth, expired: ExpiredCards) -> Result<Card, CardProblems> {
        let mut problems = Vec::new();
        let number = keep(check_number(self.number), &mut problems);
        let valid_through = keep(read_expiry(self.expiration), &mut problems);
        let cvc = keep(check_cvc(self.cvc, self.number), &mut problems);
        let holder = keep(check_holder(self.holder), &mut problems);
        if let Some(last_month) = valid_through {
            let excused = number
                .as_ref()
                .is_some_and(|number| expired.excuses(number));
            if last_month < today && !excused {
                problems.push(CardProblem::Expired);
            }
        }
        match (number, valid_through, cvc, holder) {
            (Some(number), Some(last_month), Some(cvc), Some(holder)) if problems.is_empty() => {
                Ok(Card {
                    number,
                    expiration: Zeroizing::new(last_month.to_string()),
                    cvc,
                    holder,
                })
            }
            _ => Err(CardProblems::new(problems)),
        }
    }
}

impl fmt::Debug for CardForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardForm(..)")
    }
}

/// What to do with a card whose month is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiredCards {
    /// Refuse it. The setting for production.
    Refuse,
    /// Let the documented [test cards](TestCard) pass, whose dates are all in the past. Only where the
    /// sandbox or a fake takes the payment.
    AllowTestCards,
}

impl ExpiredCards {
    fn excuses(self, number: &str) -> bool {
        self == Self::AllowTestCards && TestCard::ALL.iter().any(|card| card.number() == number)
    }
}

/// What is wrong with one field of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum CardProblem {
    /// Not 12 to 19 digits, all the same digit, or mistyped.
    #[error("the card number is mistyped or too short or too long")]
    Number,
    /// Not a month and a year.
    #[error("the expiry is a month and a year, such as 12/2030")]
    Expiration,
    /// The month is past.
    #[error("the card is expired")]
    Expired,
    /// Not three digits, or four where the card has four.
    #[error("the security code has 3 digits, or 4 on some cards")]
    Cvc,
    /// Too short, too long, or no name.
    #[error("the cardholder's name has 2 to 100 characters and at least one letter")]
    Holder,
}

/// Everything that is wrong with a card. Never contains a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardProblems(Vec<CardProblem>);

impl CardProblems {
    fn new(problems: Vec<CardProblem>) -> Self {
        Self(problems)
    }

    /// The problems, in the order of the form's fields; an expired card comes last.
    #[must_use]
    pub fn all(&self) -> &[CardProblem] {
        &self.0
    }
}

impl std::error::Error for CardProblems {}

impl fmt::Display for CardProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

fn keep<T>(checked: Result<T, CardProblem>, problems: &mut Vec<CardProblem>) -> Option<T> {
    checked.map_err(|problem| problems.push(problem)).ok()
}

/// The digits of a number, if they are a card's.
fn check_number(text: &str) -> Result<Zeroizing<String>, CardProblem> {
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

/// Reads `M/YY`, `MM/YY` or `MM/YYYY`, with or without blanks around the slash.
fn read_expiry(text: &str) -> Result<YearMonth, CardProblem> {
    let (month, year) = text.split_once('/').ok_or(CardProblem::Expiration)?;
    let (month, year) = (month.trim(), year.trim());
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&month.len()) || !matches!(year.len(), 2 | 4) {
        return Err(CardProblem::Expiration);
    }
    if !is_number(month) || !is_number(year) {
        return Err(CardProblem::Expiration);
    }
    let century = if year.len() == 2 { 2_000 } else { 0 };
    let month = month.parse().map_err(|_| CardProblem::Expiration)?;
    let year: u16 = year.parse().map_err(|_| CardProblem::Expiration)?;
    YearMonth::new(century + year, month).ok_or(CardProblem::Expiration)
}

fn check_cvc(text: &str, number: &str) -> Result<Zeroizing<String>, CardProblem> {
    let mut start = number.chars().filter(char::is_ascii_digit);
    let length = match (start.next(), start.next()) {
        (Some('3'), Some('4' | '7')) => 4,
        _ => 3,
    };
    let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| Zeroizing::new(text.to_owned()))
        .ok_or(CardProblem::Cvc)
}

fn check_holder(text: &str) -> Result<Zeroizing<String>, CardProblem> {
    let name = text.trim();
    let length_fits = (2..=100).contains(&name.chars().count());
    let is_name = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_control);
    (length_fits && is_name)
        .then(|| Zeroizing::new(name.to_owned()))
        .ok_or(CardProblem::Holder)
}
