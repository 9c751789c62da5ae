//! Refunds that the shop's ledger has reserved and whose outcome nobody knows.

use std::time::{Duration, SystemTime};

use paytr_core::api::ReferenceNo;
use paytr_core::client::RefundDecision;
use paytr_core::refund_ledger::RefundRecord;
use paytr_core::{MerchantOid, Money};
use serde::Serialize;

use super::super::ledger::{Ledger, unavailable};
use crate::exit::{Exit, Failure};
use crate::output::{Column, Listing, money_text, print, print_json, tell};
use crate::session::Session;
use crate::settings::Settings;

/// Refunds that are asked about in one run.
const MOST: u32 = 1_000;

/// The age in minutes of those that are asked about: younger ones may be on their way.
const OLD: u32 = 10;

/// Asks PayTR about the undecided refunds and confirms those that it lists. Sends none and cancels none.
pub(super) fn decide(minutes: Option<u32>, json: bool) -> Result<(), Failure> {
    let session = Session::open(Settings::read()?)?;
    let age = Duration::from_mins(minutes.unwrap_or(OLD).into());
    let rows = session.wait(async {
        let ledger = Ledger::open().await?;
        let decided = session.client().decide_refunds(&*ledger.orders, age, MOST);
        let decided = decided.await.map_err(|error| unavailable(&error))?;
        let rows = decided
            .into_iter()
            .map(|(record, decision)| Row::new(&record, &decision));
        Ok::<_, Failure>(rows.collect::<Vec<_>>())
    })?;
    show(&rows, json)?;
    undecided_failure(&rows)
}

/// Cancels one, for a person who has looked into the merchant panel.
pub(super) fn cancel(
    order: &MerchantOid,
    reference: &ReferenceNo,
    json: bool,
) -> Result<(), Failure> {
    let settings = Settings::read()?;
    let key = order.order_key(settings.credentials.merchant_id());
    let session = Session::open(settings)?;
    let (record, decision) = session.wait(async {
        let ledger = Ledger::open().await?;
        let records = ledger.orders.refunds(&key).await;
        let records = records.map_err(|error| unavailable(&error))?;
        let named = |record: &RefundRecord| record.reference == reference.as_str();
        let record = records.into_iter().find(named).ok_or_else(|| {
            Failure::invalid(format!(
                "the ledger has no refund {reference} of order {order}"
            ))
        })?;
        let decision = session.client().cancel_refund(&*ledger.orders, &record);
        let decision = decision.await.map_err(|error| unavailable(&error))?;
        Ok::<_, Failure>((record, decision))
    })?;
    let rows = [Row::new(&record, &decision)];
    show(&rows, json)?;
    if let RefundDecision::Cancelled = decision {
        tell(&format!(
            "to send it again: paytr refund {order} --amount {} --reference {reference}",
            money_text(record.amount)
        ));
    }
    undecided_failure(&rows)
}

/// One refund, and what is known of it now.
#[derive(Serialize)]
struct Row {
    merchant_oid: String,
    reference_no: String,
    amount: u64,
    currency: String,
    by: String,
    reserved_seconds_ago: u64,
    result: &'static str,
    #[serde(skip)]
    is_decided: bool,
    #[serde(skip)]
    money: Money,
    #[serde(skip)]
    says: String,
}

impl Row {
    fn new(record: &RefundRecord, decision: &RefundDecision) -> Self {
        let age = SystemTime::now().duration_since(record.reserved_at);
        Self {
            merchant_oid: record.order.order_id().to_owned(),
            reference_no: record.reference.clone(),
            amount: record.amount.minor_units(),
            currency: record.amount.currency().to_string(),
            by: record.by.clone(),
            reserved_seconds_ago: age.unwrap_or_default().as_secs(),
            result: decision.as_str(),
            is_decided: decision.is_decided(),
            money: record.amount,
            says: says(decision),
        }
    }
}

fn says(decision: &RefundDecision) -> String {
    match decision {
        RefundDecision::Executed { amount } => format!("executed: PayTR lists {amount}"),
        RefundDecision::OtherAmount { listed } => {
            format!("PayTR lists {listed} under this reference; stays reserved")
        }
        RefundDecision::NotListed => "PayTR does not list it; stays reserved".to_owned(),
        RefundDecision::Unavailable(_) => "no answer; stays reserved".to_owned(),
        RefundDecision::TooEarly => {
            "reserved a short time ago, it may be on its way; stays reserved".to_owned()
        }
        RefundDecision::Cancelled => "cancelled: PayTR does not list it".to_owned(),
        RefundDecision::AlreadyDecided => "decided before; nothing was changed".to_owned(),
        _ => "stays reserved".to_owned(),
    }
}

fn show(rows: &[Row], json: bool) -> Result<(), Failure> {
    if json {
        return print_json(&rows);
    }
    if rows.is_empty() {
        return print("no refund is undecided");
    }
    let mut listing = Listing::new(&[
        Column::text("order"),
        Column::text("reference"),
        Column::number("amount"),
        Column::text("by"),
        Column::number("minutes"),
        Column::text("result"),
    ]);
    for row in rows {
        listing.add(&[
            row.merchant_oid.clone(),
            row.reference_no.clone(),
            row.money.to_string(),
            row.by.clone(),
            (row.reserved_seconds_ago / 60).to_string(),
            row.says.clone(),
        ]);
    }
    listing.print()
}

/// What a person has to do about those that are not decided, and the exit code that says so.
fn undecided_failure(rows: &[Row]) -> Result<(), Failure> {
    let open: Vec<&Row> = rows.iter().filter(|row| !row.is_decided).collect();
    let Some(first) = open.first() else {
        return Ok(());
    };
    if open.iter().all(|row| row.result == "unavailable") {
        return Err(Failure::new(
            Exit::NothingDone,
            "PayTR gave no usable answer; ask again later",
        ));
    }
    let count = open.len();
    let text = format!(
        "{count} not decided: what stays reserved counts as given back\n  look into the merchant panel; if \
         there is no such refund, and ten minutes are over:\n    paytr refund {} --reference {} --cancel",
        first.merchant_oid, first.reference_no
    );
    Err(Failure::new(Exit::OutcomeUnknown, text))
}
