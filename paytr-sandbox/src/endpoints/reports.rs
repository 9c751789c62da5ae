//! What the reports have in common: a range of dates, and rows or none.

use std::time::{Duration, SystemTime};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::answer::{INACTIVE, Refused, is_merchant};
use crate::form::PostedForm;
use crate::state::State;
use crate::token_check::{DATE_RANGE, Formula};
use crate::turkish_time;

const BAD_TOKEN: Refused = Refused::new("003", "paytr_token gonderilmedi veya gecersiz");
const BAD_DATE: Refused = Refused::new("002", "Gecersiz tarih");
/// Recorded for a span of more than three days; its text is not known.
const TOO_LONG: Refused = Refused::new("204", "Tarih araligi izin verilenden uzun");

/// Checks merchant and token of a report.
pub(super) fn admit(form: &PostedForm, state: &State, formula: &Formula) -> Result<(), Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    if !formula.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    Ok(())
}

/// A range of moments, both ends included.
pub(super) fn moments(
    form: &PostedForm,
    state: &State,
    most: Duration,
) -> Result<(SystemTime, SystemTime), Refused> {
    admit(form, state, &DATE_RANGE)?;
    let read = |name| turkish_time::parse_date_time(form.signed(name)).ok_or(BAD_DATE);
    let (start, end) = (read("start_date")?, read("end_date")?);
    match end.duration_since(start) {
        Ok(span) if span <= most => Ok((start, end)),
        Ok(_) => Err(TOO_LONG),
        Err(_) => Err(BAD_DATE),
    }
}

/// A range of days, both ends included.
pub(super) fn days(form: &PostedForm, state: &State, most: i32) -> Result<(Date, Date), Refused> {
    admit(form, state, &DATE_RANGE)?;
    let (start, end) = (day(form, "start_date")?, day(form, "end_date")?);
    match end.duration_since(start).as_hours() / 24 {
        ..0 => Err(BAD_DATE),
        span if span > i64::from(most) => Err(TOO_LONG),
        _ => Ok((start, end)),
    }
}

pub(super) fn day(form: &PostedForm, name: &str) -> Result<Date, Refused> {
    turkish_time::parse_date(form.signed(name)).ok_or(BAD_DATE)
}

/// The rows, or `failed`: PayTR's word for a range without any.
pub(super) fn rows(rows: impl IntoIterator<Item = Value>) -> Value {
    let rows: Vec<_> = rows.into_iter().collect();
    if rows.is_empty() {
        return json!({ "status": "failed" });
    }
    json!({ "status": "success", "list": rows })
}

/// `34.56` and `-34.56`.
pub(super) fn signed_major(minor_units: i128) -> String {
    let sign = if minor_units < 0 { "-" } else { "" };
    let units = minor_units.unsigned_abs();
    format!("{sign}{}.{:02}", units / 100, units % 100)
}
