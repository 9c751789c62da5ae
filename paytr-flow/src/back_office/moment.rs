//! Times as a person in Turkey reads them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use paytr_core::Language;
use paytr_core::wire::{Date, DateTime};

/// Turkey has been three hours ahead of UTC, in summer and in winter, since 2016.
const TURKEY: i64 = 3 * 3_600;

/// A time, for a person and for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// `2026-01-31 23:59:59`, Turkish time.
    pub(super) text: String,
    /// `2026-01-31T20:59:59Z`.
    pub(super) utc: String,
}

impl Moment {
    pub(super) fn of(time: SystemTime) -> Self {
        let text = |ahead| civil(time, ahead).map_or_else(String::new, |time| time.to_string());
        let utc = text(0).replace(' ', "T");
        Self {
            text: text(TURKEY),
            utc: format!("{utc}Z"),
        }
    }
}

/// The time on a clock in Turkey. `None` outside the calendar.
pub(super) fn turkish(time: SystemTime) -> Option<DateTime> {
    civil(time, TURKEY)
}

fn civil(time: SystemTime, ahead: i64) -> Option<DateTime> {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).ok()?;
    let epoch = Date::new(1970, 1, 1).ok()?.start();
    epoch.plus_seconds(seconds.checked_add(ahead)?)
}

/// A length of time in its two largest units: `3 d 4 h`.
pub(super) fn length(time: Duration, language: Language) -> String {
    let [day, hour, minute, second] = match language {
        Language::Turkish => ["gün", "sa", "dk", "sn"],
        Language::English => ["d", "h", "min", "s"],
    };
    let seconds = time.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        format!("{days} {day} {} {hour}", hours % 24)
    } else if hours > 0 {
        format!("{hours} {hour} {} {minute}", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes} {minute} {} {second}", seconds % 60)
    } else {
        format!("{seconds} {second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_turkish_and_utc_for_machines() {
        let moment = Moment::of(UNIX_EPOCH + Duration::from_secs(1_769_893_199));
        assert_eq!(moment.text, "2026-01-31 23:59:59");
        assert_eq!(moment.utc, "2026-01-31T20:59:59Z");
        assert_eq!(Moment::of(UNIX_EPOCH).text, "1970-01-01 03:00:00");
    }

    #[test]
    fn a_length_has_two_units() {
        for (seconds, turkish, english) in [
            (0, "0 sn", "0 s"),
            (61, "1 dk 1 sn", "1 min 1 s"),
            (3_600, "1 sa 0 dk", "1 h 0 min"),
            (273_600, "3 gün 4 sa", "3 d 4 h"),
        ] {
            let time = Duration::from_secs(seconds);
            assert_eq!(length(time, Language::Turkish), turkish);
            assert_eq!(length(time, Language::English), english);
        }
    }
}
