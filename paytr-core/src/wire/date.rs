use std::fmt;
use std::str::FromStr;

use super::DateTime;

/// A day of the calendar, years 1 to 9999.
///
/// On the wire: `YYYY-MM-DD` in requests; `DD.MM.YYYY` in replies, too. Documented:
/// <https://dev.paytr.com/odeme-rapor-servisi/odeme-ozeti>, August 2026.
///
/// PayTR states no time zone; its times are those of Turkey (UTC+3, no summer time) as far as is
/// known.
///
/// Reads both of PayTR's spellings and writes the one that its requests take:
///
/// ```
/// use paytr_core::wire::Date;
///
/// let day: Date = "31.01.2026".parse()?;
/// assert_eq!(day, "2026-01-31".parse()?);
/// assert_eq!(day.to_string(), "2026-01-31");
/// assert!("31.02.2026".parse::<Date>().is_err());
/// # Ok::<_, paytr_core::wire::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The day of a year, a month (1 to 12) and a day of the month.
    ///
    /// # Errors
    ///
    /// [`DateError`] when there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let year = i16::try_from(year).ok().filter(|year| *year > 0);
        let [month, day] = [month, day].map(|part| i8::try_from(part).ok());
        let (Some(year), Some(month), Some(day)) = (year, month, day) else {
            return Err(DateError);
        };
        let date = jiff::civil::Date::new(year, month, day);
        date.map(Self).map_err(|_| DateError)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.0.year().unsigned_abs()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// The day this many days later, or earlier if negative; `None` outside the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let moved = self.0.checked_add(jiff::Span::new().try_days(days).ok()?);
        moved.ok().map(Self).filter(|date| date.0.year() > 0)
    }

    /// How many days after this one `later` is; negative when it is earlier.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        self.0.duration_until(later.0).as_hours() / 24
    }

    /// The first second of the day.
    #[must_use]
    pub fn start(self) -> DateTime {
        DateTime::of(self.0.at(0, 0, 0, 0))
    }

    /// The last second of the day.
    #[must_use]
    pub fn end(self) -> DateTime {
        DateTime::of(self.0.at(23, 59, 59, 0))
    }

    pub(super) fn of(date: jiff::civil::Date) -> Self {
        Self(date)
    }

    pub(super) fn civil(self) -> jiff::civil::Date {
        self.0
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `2026-01-31` and `31.01.2026`.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let parts = |separator| {
            let mut parts = text.split(separator);
            let three = [parts.next()?, parts.next()?, parts.next()?];
            parts.next().is_none().then_some(three)
        };
        let turned = || parts('.').map(|[day, month, year]| [year, month, day]);
        let [year, month, day] = parts('-').or_else(turned).ok_or(DateError)?;
        let month = u8::try_from(digits(month, 2)?).map_err(|_| DateError)?;
        let day = u8::try_from(digits(day, 2)?).map_err(|_| DateError)?;
        Self::new(digits(year, 4)?, month, day)
    }
}

/// A number of exactly `count` digits.
pub(super) fn digits(text: &str, count: usize) -> Result<u16, DateError> {
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten().ok_or(DateError)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text or the numbers are not a date or a time of PayTR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date is 2026-01-31 or 31.01.2026, with a time 2026-01-31 23:59:59")]
pub struct DateError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_in_the_two_spellings_are_read() {
        for wrong in [
            "",
            "2026-02-30",
            "2026-13-01",
            "2026-00-10",
            "0000-00-00",
            "0000-01-01",
            "26-01-01",
            "2026-1-1",
            "2026/01/01",
            "01-01-2026",
            "2026.01.01",
            "2026-01-01-",
            "2026-01-01 00:00:00",
            "+026-01-01",
            "٢٠٢٦-٠١-٠١",
        ] {
            assert_eq!(wrong.parse::<Date>(), Err(DateError), "{wrong:?}");
        }
        let leap: Date = "29.02.2028".parse().unwrap();
        assert_eq!((leap.year(), leap.month(), leap.day()), (2028, 2, 29));
    }

    #[test]
    fn days_are_counted_across_months_and_years() {
        let day: Date = "2025-12-31".parse().unwrap();
        let next = day.plus_days(1).unwrap();
        assert_eq!(next.to_string(), "2026-01-01");
        assert_eq!((day.days_until(next), next.days_until(day)), (1, -1));
        let first = Date::new(1, 1, 1).unwrap();
        let last = Date::new(9999, 12, 31).unwrap();
        assert_eq!(first.days_until(last), 3_652_058);
        assert_eq!((first.plus_days(-1), last.plus_days(1)), (None, None));
        assert_eq!(day.plus_days(i32::MAX), None);
    }
}
