use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{InvalidRequest, check};

/// How often a plan charges, and how many times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recurring {
    name: String,
    #[serde(rename = "recurring_period")]
    period: RecurringPeriod,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<StartDate>,
    #[serde(rename = "recurring_frequency")]
    payments: u32,
}

impl Recurring {
    /// `payments` charges, one per period, the first one today.
    pub fn new(name: impl Into<String>, period: RecurringPeriod, payments: u32) -> Self {
        Self {
            name: name.into(),
            period,
            start_date: None,
            payments,
        }
    }

    /// With the first charge on a date. The documented example ignores the date that was asked for.
    #[must_use]
    pub fn starting(mut self, start_date: StartDate) -> Self {
        self.start_date = Some(start_date);
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidRequest> {
        check::text("recurring.name", &self.name)?;
        if self.payments == 0 {
            return Err(InvalidRequest::Range {
                field: "recurring.recurring_frequency",
                min: 1,
                max: u32::MAX.into(),
            });
        }
        Ok(())
    }
}

/// How long from one charge of a plan to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RecurringPeriod {
    /// A day.
    Daily,
    /// A week.
    Weekly,
    /// A month.
    Monthly,
    /// A year.
    Yearly,
}

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StartDate(Date);

impl StartDate {
    /// `StartDate::new(2018, 6, 30)`; `None` when there is no such day.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }
}

impl Serialize for StartDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl fmt::Debug for StartDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
