use std::fmt;

use zeroize::Zeroizing;

use super::{Card, CardProblem, CardProblems, ExpiredCards, YearMonth, checks, expiry};

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
        let number = keep(checks::number(self.number), &mut problems);
        let valid_through = keep(expiry::read(self.expiration), &mut problems);
        let cvc = keep(checks::cvc(self.cvc, self.number), &mut problems);
        let holder = keep(checks::holder(self.holder), &mut problems);
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

fn keep<T>(checked: Result<T, CardProblem>, problems: &mut Vec<CardProblem>) -> Option<T> {
    checked.map_err(|problem| problems.push(problem)).ok()
}

impl fmt::Debug for CardForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardForm(..)")
    }
}
