use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp};

/// A month of a year: what a card is valid through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    // Year first: the order of months in time.
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
