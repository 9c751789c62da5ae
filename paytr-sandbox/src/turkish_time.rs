//! Dates as PayTR writes them: Turkish local time, which has been UTC+3 all year since 2016.

use std::time::SystemTime;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, Unit};

/// `2026-06-23 14:05:09`: the documented spelling of `payment_date`.
pub(crate) fn date_time(at: SystemTime) -> String {
    text(at, "%Y-%m-%d %H:%M:%S")
}

/// `23.06.2026 14:05:09`: the documented spelling of `auth_date`.
pub(crate) fn dotted(at: SystemTime) -> String {
    text(at, "%d.%m.%Y %H:%M:%S")
}

/// `2026-06-23`: what a date input of a browser takes.
pub(crate) fn date(at: SystemTime) -> String {
    text(at, "%Y-%m-%d")
}

/// `14:05:09`, for the dashboard.
pub(crate) fn clock(at: SystemTime) -> String {
    text(at, "%H:%M:%S")
}

/// `2026-06-23T14:05:09.123+03:00`, for machines.
pub(crate) fn rfc3339(at: SystemTime) -> String {
    text(at, "%Y-%m-%dT%H:%M:%S.%3f+03:00")
}

/// `23.06.2026`: the recorded spelling of `islem_tarihi`.
pub(crate) fn dotted_date(at: SystemTime) -> String {
    text(at, "%d.%m.%Y")
}

/// The day it is in Turkey.
pub(crate) fn day(at: SystemTime) -> Date {
    local(at).map_or(Date::ZERO, DateTime::date)
}

/// The moment this hour of a day begins in Turkey.
pub(crate) fn at_hour(day: Date, hour: i8) -> Option<SystemTime> {
    instant(day.at(hour, 0, 0, 0))
}

/// Reads `2026-06-23`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| Date::strptime("%Y-%m-%d", text).ok())?
}

/// Reads `2026-06-23 14:05:09`.
pub(crate) fn parse_date_time(text: &str) -> Option<SystemTime> {
    let read = || DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok();
    instant((text.len() == 19).then(read)??)
}

fn instant(local: DateTime) -> Option<SystemTime> {
    let at = Offset::constant(3).to_timestamp(local).ok()?;
    Some(SystemTime::from(at))
}

fn text(at: SystemTime, format: &str) -> String {
    local(at).map_or_else(String::new, |local| local.strftime(format).to_string())
}

fn local(at: SystemTime) -> Option<DateTime> {
    let at = Timestamp::try_from(at).ok()?;
    let at = at.round(Unit::Millisecond).ok()?;
    Some(Offset::constant(3).to_datetime(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_are_three_hours_ahead_of_utc() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_782_255_909_123);
        assert_eq!(date_time(at), "2026-06-24 02:05:09");
        assert_eq!(dotted(at), "24.06.2026 02:05:09");
        assert_eq!(date(at), "2026-06-24");
        assert_eq!(rfc3339(at), "2026-06-24T02:05:09.123+03:00");
        assert_eq!(dotted_date(at), "24.06.2026");
        assert_eq!(day(at), parse_date("2026-06-24").unwrap());
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        let at = parse_date_time("2026-06-24 02:05:09").unwrap();
        assert_eq!(date_time(at), "2026-06-24 02:05:09");
        let day = parse_date("2026-06-24").unwrap();
        assert_eq!(date_time(at_hour(day, 10).unwrap()), "2026-06-24 10:00:00");
        for wrong in [
            "",
            "24.06.2026",
            "2026-06-31",
            "2026-6-1",
            "2026-06-24 02:05",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
            assert_eq!(parse_date_time(wrong), None, "{wrong}");
        }
    }
}
