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

mod form;
mod test_card;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

pub use form::{CardForm, CardProblem, CardProblems, ExpiredCards};
pub use test_card::TestCard;

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

/// A month of a year: what a card is valid through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    // The year comes first, so that the derived order is the order in time.
    year: u16,
    month: u8,
}

impl YearMonth {
    /// The month of a year from 1 to 9999; `None` unless the month is 1 to 12.
    #[must_use]
    pub fn new(year: u16, month: u8) -> Option<Self> {
        let fits = (1..=12).contains(&month) && (1..=9_999).contains(&year);
        fits.then_some(Self { year, month })
    }

    /// The month of a moment by Turkish time (UTC+3), which is where the card is checked.
    #[must_use]
    pub fn in_turkey(moment: SystemTime) -> Self {
        let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let shifted = Timestamp::from_second(seconds)
            .and_then(|utc| utc.checked_add(SignedDuration::from_hours(3)))
            .unwrap_or(Timestamp::MAX);
        let date = jiff::tz::Offset::UTC.to_datetime(shifted).date();
        Self {
            year: date.year().unsigned_abs(),
            month: date.month().unsigned_abs(),
        }
    }
}

impl fmt::Display for YearMonth {
    /// `MM/YYYY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:04}", self.month, self.year)
    }
}
