//! A card, and the checks that a server can make before it sends one.
//!
//! `PaytrekJS` makes such checks in the browser; its exact rules are not public, and these are this
//! crate's own:
//!
//! | field | rule |
//! |---|---|
//! | number | blanks and dashes are dropped; 12 to 19 digits, not all equal, Luhn |
//! | CVC | 3 digits; 4 for numbers that start with 34 or 37 |
//! | expiry | month 1 to 12, year of 2 or 4 digits, valid through the last day of the month |
//! | holder | 2 to 100 characters after trimming, at least one letter, no control characters |
//!
//! A card that passes is not a card that pays: only the bank knows.

mod checks;
mod expiry;
mod form;
mod month;
mod problems;
mod test_card;

use std::fmt;

pub use expiry::ExpiredCards;
pub use form::CardForm;
pub use month::YearMonth;
pub use problems::{CardProblem, CardProblems};
pub use test_card::TestCard;

use zeroize::Zeroizing;

/// A card whose fields passed the checks. It is wiped from memory on drop and shown nowhere.
///
/// ```
/// use paytrek::card::{CardForm, ExpiredCards, YearMonth};
///
/// let form = CardForm {
///     number: "4508 0345 0803 4509",
///     expiration: "12/30",
///     cvc: "000",
///     holder: "Ayşe Yılmaz",
/// };
/// let card = form.check(YearMonth::new(2026, 11).unwrap(), ExpiredCards::Refuse)?;
/// assert_eq!(format!("{card:?}"), "Card(..)");
/// # Ok::<_, paytrek::card::CardProblems>(())
/// ```
#[derive(Clone)]
pub struct Card {
    number: Zeroizing<String>,
    expiration: Zeroizing<String>,
    cvc: Zeroizing<String>,
    holder: Zeroizing<String>,
}

impl Card {
    /// The first six digits, for [`InstalmentQuery`](crate::api::InstalmentQuery).
    #[must_use]
    pub fn bin(&self) -> &str {
        self.number.get(..6).unwrap_or("")
    }

    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    /// `MM/YYYY`.
    pub(crate) fn expiration(&self) -> &str {
        &self.expiration
    }

    pub(crate) fn cvc(&self) -> &str {
        &self.cvc
    }

    pub(crate) fn holder(&self) -> &str {
        &self.holder
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}
