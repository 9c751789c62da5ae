//! Dates as PayTR writes them: Turkish local time, which has been UTC+3 all year since 2016.

use std::time::SystemTime;

use jiff::civil::DateTime;
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
    }
}
