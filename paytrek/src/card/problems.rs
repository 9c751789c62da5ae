use std::fmt;

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
    pub(super) fn new(problems: Vec<CardProblem>) -> Self {
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
