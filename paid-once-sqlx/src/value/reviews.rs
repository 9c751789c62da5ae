//! Entries of the review queue, to write and as they are read.

use std::sync::Arc;

use paid_once::{
    FailureReason, Outcome, Payment, Resolution, Resolved, Review, ReviewId, ReviewReason,
    StoreError,
};

use super::{
    Columns, MoneyColumns, corrupt, count, mode, mode_name, money, money_columns, number,
    optional_time, order_key, text, time,
};

/// A statement that lists entries, in a text for each filter that an index is made for.
#[derive(Debug)]
pub(crate) struct ReviewLists {
    all: Arc<str>,
    open: Arc<str>,
    resolved: Arc<str>,
}

impl ReviewLists {
    /// Made of the statement with a condition, which ends with AND.
    pub(crate) fn new(which: impl Fn(&str) -> Arc<str>) -> Self {
        Self {
            all: which(""),
            open: which("resolved_at IS NULL AND"),
            resolved: which("resolved_at IS NOT NULL AND"),
        }
    }

    pub(crate) fn listing(&self, open: Option<bool>) -> &Arc<str> {
        match open {
            None => &self.all,
            Some(true) => &self.open,
            Some(false) => &self.resolved,
        }
    }
}

/// A payment, as an entry keeps it.
#[derive(Clone)]
pub(crate) struct ReviewColumns {
    pub(crate) total: MoneyColumns,
    pub(crate) mode: &'static str,
    pub(crate) requested: MoneyColumns,
    pub(crate) failure: FailureReason,
}

impl ReviewColumns {
    pub(crate) fn of(payment: &Payment) -> Result<Self, StoreError> {
        let failure = match &payment.outcome {
            Outcome::Paid { .. } => FailureReason::default(),
            Outcome::Failed { reason } => reason.clone(),
        };
        Ok(Self {
            total: money_columns(payment.total())?,
            mode: mode_name(payment.mode),
            requested: money_columns(payment.requested)?,
            failure,
        })
    }
}

pub(crate) fn review(row: &impl Columns) -> Result<Review, StoreError> {
    let reason = row.text("reason")?.and_then(ReviewReason::from_name);
    let reason = reason.ok_or_else(|| corrupt("reason"))?;
    let id = ReviewId::new(number(row, "id")?);
    let review = Review::new(id, payment(row)?, reason, time(row, "first_seen")?);
    let review = review.with_seen(count(row, "seen")?, time(row, "last_seen")?);
    Ok(review.with_resolved(resolved(row)?))
}

fn payment(row: &impl Columns) -> Result<Payment, StoreError> {
    let order = order_key(row)?;
    let payment = match money(row, "total", "currency")? {
        Some(total) => Payment::paid(order, total),
        None => Payment::failed(order, failure(row)?),
    };
    let requested = money(row, "requested_total", "requested_currency")?;
    Ok(payment.with_mode(mode(row)?).with_requested(requested))
}

fn failure(row: &impl Columns) -> Result<FailureReason, StoreError> {
    Ok(FailureReason {
        code: row.text("failure_code")?.map(str::to_owned),
        message: row.text("failure_message")?.map(str::to_owned),
    })
}

/// What a person made of an entry, from the columns `resolution`, `resolved_by`, `resolved_note` and
/// `resolved_at`.
pub(crate) fn resolved(row: &impl Columns) -> Result<Option<Resolved>, StoreError> {
    let Some(at) = optional_time(row, "resolved_at")? else {
        return Ok(None);
    };
    let resolution = row.text("resolution")?.and_then(Resolution::from_name);
    Ok(Some(Resolved::new(
        resolution.ok_or_else(|| corrupt("resolution"))?,
        text(row, "resolved_by")?.to_owned(),
        text(row, "resolved_note")?.to_owned(),
        at,
    )))
}
