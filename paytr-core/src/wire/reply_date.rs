use super::{Date, DateTime};

/// A date of a reply, as it came.
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
