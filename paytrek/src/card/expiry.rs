use super::{CardProblem, TestCard, YearMonth};

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
    pub(super) fn excuses(self, number: &str) -> bool {
        self == Self::AllowTestCards && TestCard::ALL.iter().any(|card| card.number() == number)
    }
}

/// Reads `M/YY`, `MM/YY` or `MM/YYYY`, with or without blanks around the slash.
pub(super) fn read(text: &str) -> Result<YearMonth, CardProblem> {
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
