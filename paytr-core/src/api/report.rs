use std::fmt::Display;

use crate::Credentials;
use crate::api::{Answer, DecodeError, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::wire::{Date, DateTime, RawJson};

/// The rows of a report, and the whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<R> {
    rows: Option<Vec<R>>,
    raw: RawJson,
}

impl<R> Report<R> {
    /// The rows in the order they came; empty when there is nothing in the range.
    ///
    /// PayTR does not document where the rows stand in a reply. They are looked for by a field that
    /// every row has, wherever it stands. `None` means that PayTR answered success and sent something, but no
    /// row was found in it: [`raw`](Self::raw) has it.
    #[must_use]
    pub fn rows(&self) -> Option<&[R]> {
        self.rows.as_deref()
    }

    /// The rows by value; `None` as in [`rows`](Self::rows).
    #[must_use]
    pub fn into_rows(self) -> Option<Vec<R>> {
        self.rows
    }

    /// The whole reply.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// How the rows of one kind of report are found and read.
pub(super) struct Rows<R> {
    /// The service, for a refusal.
    pub(super) scope: &'static str,
    /// Fields of which every row has at least one.
    pub(super) marks: &'static [&'static str],
    /// Blocks of the reply that hold no rows.
    pub(super) not_in: &'static [&'static str],
    /// Reads one row.
    pub(super) read: fn(JsonReply) -> Result<R, DecodeError>,
}

impl<R> Rows<R> {
    /// Reads a reply. Here "failed" is an answer: there is nothing in the range.
    pub(super) fn decode(&self, body: &[u8]) -> Result<Answer<Report<R>>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        let rows = match reply.status()?.as_str() {
            "success" => reply.rows(self.marks, self.not_in)?,
            "failed" => Some(Vec::new()),
            "error" => return Ok(Answer::Refused(reply.refusal(self.scope))),
            _ => return Err(DecodeError::Value { name: "status" }),
        };
        let rows = rows
            .map(|rows| rows.into_iter().map(self.read).collect())
            .transpose()?;
        let raw = reply.into_raw();
        Ok(Answer::Success(Report { rows, raw }))
    }
}

/// The fields of a report of a range.
/// What the token of a report over a range covers.
pub(super) const RANGE_SIGNED: &[&str] = &["merchant_id", "start_date", "end_date"];

pub(super) fn ranged_form(
    credentials: &Credentials,
    from: &impl Display,
    to: &impl Display,
    dummy: Option<&'static str>,
) -> Form {
    Form::new()
        .field("merchant_id", credentials.merchant_id().to_string())
        .field("start_date", from.to_string())
        .field("end_date", to.to_string())
        .optional("dummy", dummy)
        .sign(credentials, RANGE_SIGNED)
}

const DAY: i64 = 86_400;

/// Checks that a range is in order and at most this many days long.
pub(super) fn check_seconds(
    from: DateTime,
    to: DateTime,
    days: i64,
    rule: &'static str,
) -> Result<(), InvalidRequest> {
    check(from.seconds_until(to), days * DAY, rule)
}

/// The same for whole days.
pub(super) fn check_days(
    from: Date,
    to: Date,
    days: i64,
    rule: &'static str,
) -> Result<(), InvalidRequest> {
    check(from.days_until(to), days, rule)
}

fn check(span: i64, most: i64, rule: &'static str) -> Result<(), InvalidRequest> {
    let field = "end_date";
    (0..=most)
        .contains(&span)
        .then_some(())
        .ok_or(InvalidRequest::Shape { field, rule })
}

/// Cuts a range into windows of this many days that follow each other without a gap or an overlap.
pub(super) fn windows_of_seconds(
    from: DateTime,
    to: DateTime,
    days: i64,
) -> impl Iterator<Item = (DateTime, DateTime)> {
    let length = days * DAY;
    let next = move |start: &DateTime| start.plus_seconds(length);
    std::iter::successors(Some(from), next)
        .take_while(move |start| *start <= to)
        .map(move |start| {
            let last = start.plus_seconds(length - 1);
            (start, last.map_or(to, |last| last.min(to)))
        })
}

/// The same for whole days.
pub(super) fn windows_of_days(
    from: Date,
    to: Date,
    days: i32,
) -> impl Iterator<Item = (Date, Date)> {
    let next = move |start: &Date| start.plus_days(days);
    std::iter::successors(Some(from), next)
        .take_while(move |start| *start <= to)
        .map(move |start| {
            let last = start.plus_days(days - 1);
            (start, last.map_or(to, |last| last.min(to)))
        })
}
