//! Compares PayTR's report of a day with a shop's ledger.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use paytr_core::api::Effect;
use paytr_core::callback::CallbackId;
use paytr_core::paid_once::ReviewId;
use paytr_core::statement::{
    Difference, DifferenceKind, Statement, StatementCheck, StatementError,
};
use paytr_core::wire::Date;
use paytr_core::{Money, PaytrClient};
use serde::Serialize;

use super::ledger::{Ledger, unavailable};
use super::local::{local, runtime};
use crate::exit::{Exit, Failure};
use crate::output::{Column, Listing, print, print_json, tell};
use crate::settings::Settings;

/// What is asked for.
pub(super) struct DayCheck<'a> {
    pub(super) day: Date,
    pub(super) links: &'a [CallbackId],
    /// Whether the ledger is to be written to.
    pub(super) records: bool,
    pub(super) json: bool,
}

pub(super) fn run(asked: &DayCheck<'_>) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let client = PaytrClient::builder(settings.credentials)
        .base_url(settings.base_url)
        .build()
        .map_err(|error| local(&error))?;
    if is_not_over(asked.day) {
        tell(&format!(
            "{} is not over in Turkey: what is being paid now may be on one side only",
            asked.day
        ));
    }
    let (check, recorded) = runtime()?.block_on(compare(asked, client))?;
    if asked.json {
        print_json(&Document::of(&check, recorded))?;
    } else {
        show(&check, recorded)?;
    }
    Ok(if !check.differences.is_empty() {
        Exit::Refused
    } else if check.agrees() {
        Exit::Done
    } else {
        Exit::Unreadable
    })
}

/// The comparison, and how much of it was recorded.
async fn compare(
    asked: &DayCheck<'_>,
    client: PaytrClient,
) -> Result<(StatementCheck, Option<usize>), Failure> {
    let ledger = Ledger::open().await?;
    let statement = Statement::new(client, Arc::clone(&ledger.orders));
    let statement = statement.links(asked.links.iter().cloned());
    let check = statement.check(asked.day).await.map_err(failure)?;
    if !asked.records {
        return Ok((check, None));
    }
    let recorded = statement.record_orphans(&check).await;
    let recorded = recorded.map_err(|error| unavailable(&error))?;
    Ok((check, Some(recorded)))
}

fn is_not_over(day: Date) -> bool {
    const EAST: u64 = 3 * 3_600;
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let today = (since.unwrap_or_default().as_secs() + EAST) / 86_400;
    let epoch = Date::new(1970, 1, 1).map(|epoch| epoch.days_until(day));
    epoch.is_ok_and(|days| u64::try_from(days).is_ok_and(|days| days >= today))
}

fn failure(error: StatementError) -> Failure {
    match error {
        StatementError::Paytr(error) => Failure::of_request(&error, Effect::ReadOnly),
        StatementError::Ledger(error) => unavailable(&error),
        other => Failure::new(Exit::Unreadable, other.to_string()),
    }
}

/// The comparison as JSON. Totals are in minor units.
#[derive(Serialize)]
struct Document {
    day: String,
    payments: usize,
    refunds: usize,
    unreadable_rows: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<usize>,
    differences: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    merchant_oid: String,
    difference: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<Total>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paytr: Option<Total>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<u64>,
}

#[derive(Serialize)]
struct Total {
    total: u64,
    currency: String,
}

impl Total {
    fn of(money: Money) -> Self {
        Self {
            total: money.minor_units(),
            currency: money.currency().to_string(),
        }
    }
}

impl Document {
    fn of(check: &StatementCheck, recorded: Option<usize>) -> Self {
        Self {
            day: check.day.to_string(),
            payments: check.payments,
            refunds: check.refunds,
            unreadable_rows: check.unreadable,
            recorded,
            differences: check.differences.iter().map(Row::of).collect(),
        }
    }
}

impl Row {
    fn of(one: &Difference) -> Self {
        let (state, review) = match one.kind {
            DifferenceKind::MissingHere { state, review, .. } => (
                Some(state.map_or("unknown", |state| state.as_str())),
                review.map(ReviewId::get),
            ),
            _ => (None, None),
        };
        Self {
            merchant_oid: one.order.order_id().to_owned(),
            difference: one.kind.as_str(),
            ledger: one.kind.here().map(Total::of),
            paytr: one.kind.there().map(Total::of),
            state,
            review,
        }
    }
}

fn show(check: &StatementCheck, recorded: Option<usize>) -> Result<(), Failure> {
    let mut listing = Listing::new(&[
        Column::text("order"),
        Column::text("difference"),
        Column::number("ledger"),
        Column::number("PayTR"),
    ]);
    for one in &check.differences {
        let text = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
        listing.add(&[
            one.order.order_id().to_owned(),
            in_words(&one.kind),
            text(one.kind.here()),
            text(one.kind.there()),
        ]);
    }
    if !listing.is_empty() {
        listing.print()?;
    }
    print(&summary(check))?;
    match (recorded, check.orphans().count()) {
        (Some(recorded), _) => print(&format!("recorded for review: {recorded}")),
        (None, 0) => Ok(()),
        (None, orphans) => {
            tell(&format!(
                "--record writes {orphans} of them down for review"
            ));
            Ok(())
        }
    }
}

fn summary(check: &StatementCheck) -> String {
    let StatementCheck {
        day,
        payments,
        refunds,
        ..
    } = check;
    let lists = format!("{day}: PayTR lists payments of {payments} orders and {refunds} refunds");
    let unreadable = match check.unreadable {
        0 => String::new(),
        rows => format!("; {rows} rows could not be read"),
    };
    let differ = match check.differences.len() {
        0 => "no difference".to_owned(),
        count => format!("differences: {count}"),
    };
    format!("{lists}{unreadable}; {differ}")
}

fn in_words(kind: &DifferenceKind) -> String {
    match kind {
        DifferenceKind::MissingHere { state, review, .. } => {
            let state = match state {
                None => "not in the ledger".to_owned(),
                Some(state) => format!("{} in the ledger", state.as_str()),
            };
            match review {
                None => state,
                Some(review) => format!("{state}; review {review}"),
            }
        }
        DifferenceKind::MissingThere { .. } => "not in PayTR's report".to_owned(),
        DifferenceKind::OtherAmount { .. } => "another total".to_owned(),
        DifferenceKind::OtherCurrency { .. } => "another currency".to_owned(),
        DifferenceKind::RefundMissingHere { .. } => "a refund that is not in the ledger".to_owned(),
        other => other.as_str().to_owned(),
    }
}
