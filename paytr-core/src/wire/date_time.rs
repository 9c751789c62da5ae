use std::fmt;
use std::str::FromStr;

use super::date::digits;
use super::{Date, DateError};

/// A second of a day. Like [`Date`], it has no time zone: PayTR means Turkish time.
///
/// On the wire: `YYYY-MM-DD hh:mm:ss` in requests. Documented: <https://dev.paytr.com/islem-dokumu>, August
/// 2026.
///
/// ```
/// use paytr_core::wire::DateTime;
///
/// let moment: DateTime = "31.01.2026 23:59:59".parse()?;
/// assert_eq!(moment.to_string(), "2026-01-31 23:59:59");
/// # Ok::<_, paytr_core::wire::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime(jiff::civil::DateTime);

impl DateTime {
    /// The second of a day: hour 0 to 23, minute and second 0 to 59.
    ///
    /// # Errors
    ///
    /// [`DateError`] when there is no such second.
    pub fn new(date: Date, hour: u8, minute: u8, second: u8) -> Result<Self, DateError> {
        let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).ok());
        let (Some(hour), Some(minute), Some(second)) = (hour, minute, second) else {
            return Err(DateError);
        };
        let time = jiff::civil::Time::new(hour, minute, second, 0).map_err(|_| DateError)?;
        Ok(Self(date.civil().to_datetime(time)))
    }

    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        Date::of(self.0.date())
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        self.0.hour().unsigned_abs()
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        self.0.minute().unsigned_abs()
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u8 {
        self.0.second().unsigned_abs()
    }

    /// This many seconds later, or earlier if negative; `None` outside the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        let moved = self.0.checked_add(jiff::SignedDuration::from_secs(seconds));
        moved.ok().map(Self).filter(|moment| moment.0.year() > 0)
    }

    /// How many seconds after this one `later` is; negative when it is earlier.
    #[must_use]
    pub fn seconds_until(self, later: Self) -> i64 {
        self.0.duration_until(later.0).as_secs()
    }

    pub(super) fn of(moment: jiff::civil::DateTime) -> Self {
        Self(moment)
    }
}

impl FromStr for DateTime {
    type Err = DateError;

    /// Reads `2026-01-31 23:59:59` and `31.01.2026 23:59:59`.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let (date, time) = text.split_once(' ').ok_or(DateError)?;
        let (hour, rest) = time.split_once(':').ok_or(DateError)?;
        let (minute, second) = rest.split_once(':').ok_or(DateError)?;
        let part = |text| u8::try_from(digits(text, 2)?).map_err(|_| DateError);
        Self::new(date.parse()?, part(hour)?, part(minute)?, part(second)?)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, hour, minute, second) = (self.date(), self.hour(), self.minute(), self.second());
        write!(f, "{date} {hour:02}:{minute:02}:{second:02}")
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A date of a reply, as it came.
///
/// On the wire: `payment_date` and its like. Documented, and recorded in another spelling:
/// <https://dev.paytr.com/durum-sorgu>, August 2026.
///
/// One and the same field comes as `2026-06-23`, `2026-06-23 12:00:00`, `23.06.2026` or
/// `23.06.2026 12:00:00`. A text that is none of them is kept and reads as no date: a date decides
/// nothing here, so it must not make a whole reply unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplyDate(Box<str>);

impl ReplyDate {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, whether a time came with it or not.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        let whole = self.0.parse().ok();
        whole.or_else(|| self.date_time().map(DateTime::date))
    }

    /// The second, if a time came with the day.
    #[must_use]
    pub fn date_time(&self) -> Option<DateTime> {
        self.0.parse().ok()
    }
}

impl std::fmt::Display for ReplyDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_seconds_of_a_day_are_read() {
        for wrong in [
            "",
            "2026-01-31",
            "2026-01-31 24:00:00",
            "2026-01-31 23:60:00",
            "2026-01-31 23:59:60",
            "2026-01-31 23:59",
            "2026-01-31T23:59:59",
            "2026-01-31  23:59:59",
            "2026-01-31 3:59:59",
            "2026-01-31 23:59:59Z",
        ] {
            assert_eq!(wrong.parse::<DateTime>(), Err(DateError), "{wrong:?}");
        }
    }

    #[test]
    fn seconds_are_counted_across_days() {
        let end: DateTime = "2025-12-31 23:59:59".parse().unwrap();
        let next = end.plus_seconds(1).unwrap();
        assert_eq!(next.to_string(), "2026-01-01 00:00:00");
        assert_eq!((end.seconds_until(next), next.seconds_until(end)), (1, -1));
        assert_eq!(next, next.date().start());
        assert_eq!(end, end.date().end());
    }

    #[test]
    fn all_four_spellings_are_the_same_day() {
        let day = "2026-06-23".parse().ok();
        let noon = "2026-06-23 12:00:00".parse().ok();
        for (text, time) in [
            ("2026-06-23", None),
            ("23.06.2026", None),
            ("2026-06-23 12:00:00", noon),
            ("23.06.2026 12:00:00", noon),
        ] {
            let date = ReplyDate::new(text);
            assert_eq!((date.date(), date.date_time()), (day, time), "{text}");
        }
        let odd = ReplyDate::new("0000-00-00 00:00:00");
        assert_eq!((odd.date(), odd.date_time()), (None, None));
        assert_eq!(odd.as_str(), "0000-00-00 00:00:00");
    }
}
