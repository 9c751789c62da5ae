//! Asks PayTR about orders of a shop's ledger, and sees to it that what is paid is delivered.
//!
//! The shop's handler is not here. So what is paid is claimed and given back: from then on the ledger has it
//! as undelivered, and the shop's own reconciler hands it over at its next round. With `--notify` the shop is
//! told at once, in the way that PayTR tells it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;
use futures_util::StreamExt as _;
use paytr_core::callback::CallbackId;
use paytr_core::client::StatusOfOrders;
use paytr_core::inquiry::{Answer, Found, Inquiry, Reconciled};
use paytr_core::paid_once::{Decision, Delivery, HandlerFailure, OrderRecord, Payment};
use paytr_core::testing::PaymentNotification;
use paytr_core::wire::Date;
use paytr_core::{
    BoxError, Credentials, Gate, MerchantOid, Mode, Money, OrderState, PaytrClient, Reconciler,
    async_trait,
};
use serde::Serialize;

use super::ledger::{Ledger, unavailable};
use super::local::{courier, local, reply_text, runtime};
use super::reconcile_day::{self, DayCheck};
use crate::exit::{Exit, Failure};
use crate::output::{Column, Listing, Progress, print, print_json};
use crate::settings::Settings;

/// Questions at the same time.
const AT_ONCE: usize = 8;
/// More due orders than one run shows beforehand.
const MOST_DUE: u32 = 100_000;

/// A question to PayTR about orders of a shop's ledger.
#[derive(Args)]
pub(super) struct ReconcileArgs {
    /// One order, due or not; without it every order that is due
    order: Option<MerchantOid>,
    /// Ask PayTR and show what would be done; the ledger is not changed
    #[arg(long)]
    dry_run: bool,
    /// Post what is paid to the shop as a signed notification, to be delivered now
    #[arg(long, value_name = "URL", conflicts_with = "dry_run")]
    notify: Option<String>,
    /// Compare PayTR's report of this day of Turkey with the ledger instead; without --record the
    /// ledger is not changed
    #[arg(long, value_name = "DATE", conflicts_with_all = ["order", "notify"])]
    day: Option<Date>,
    /// Write what PayTR lists and the ledger does not have down for review
    #[arg(long, requires = "day", conflicts_with = "dry_run")]
    record: bool,
    /// callback_id of a payment link of the shop; name all of them, or their payments look missing
    #[arg(long, value_name = "ID", requires = "day")]
    link: Vec<CallbackId>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ReconcileArgs) -> Result<Exit, Failure> {
    if let Some(day) = args.day {
        return reconcile_day::run(&DayCheck {
            day,
            links: &args.link,
            records: args.record,
            json: args.json,
        });
    }
    let settings = Settings::read()?;
    let client = PaytrClient::builder(settings.credentials.clone())
        .base_url(settings.base_url)
        .build()
        .map_err(|error| local(&error))?;
    let rows = runtime()?.block_on(async {
        let ledger = Ledger::open().await?;
        let desk = Desk {
            ledger,
            client,
            credentials: settings.credentials,
        };
        if args.dry_run {
            desk.look(args).await
        } else {
            desk.reconcile(args).await
        }
    })?;
    show(args, &rows)?;
    let is_unanswered = rows.iter().any(|row| row.is_unanswered);
    Ok(if is_unanswered {
        Exit::NothingDone
    } else {
        Exit::Done
    })
}

/// One order, as it stood, what PayTR says, and what was or would be done.
#[derive(Serialize)]
struct Row {
    merchant_oid: String,
    state: &'static str,
    opened_seconds_ago: u64,
    paytr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    result: String,
    #[serde(skip)]
    is_unanswered: bool,
}

impl Row {
    fn new(record: &OrderRecord, paytr: &'static str, result: impl Into<String>) -> Self {
        let age = SystemTime::now().duration_since(record.opened_at);
        Self {
            merchant_oid: record.order.order_id().to_owned(),
            state: record.state.as_str(),
            opened_seconds_ago: age.unwrap_or_default().as_secs(),
            paytr,
            total: None,
            currency: None,
            result: result.into(),
            is_unanswered: false,
        }
    }

    fn of_total(mut self, total: Option<Money>) -> Self {
        self.total = total.map(|total| total.minor_units());
        self.currency = total.map(|total| total.currency().to_string());
        self
    }

    fn unanswered(record: &OrderRecord) -> Self {
        let result = "asked again later";
        Self {
            is_unanswered: true,
            ..Self::new(record, "no answer", result)
        }
    }
}

struct Desk {
    ledger: Ledger,
    client: PaytrClient,
    credentials: Credentials,
}

impl Desk {
    /// The order that was named, or every order that is due.
    async fn orders(&self, args: &ReconcileArgs) -> Result<Vec<OrderRecord>, Failure> {
        let merchant = self.credentials.merchant_id();
        let ledger = &self.ledger.orders;
        let Some(oid) = &args.order else {
            let due = ledger.due(merchant.as_str(), MOST_DUE).await;
            let due = due.map_err(|error| unavailable(&error))?;
            return Ok(due.into_iter().map(|due| due.record).collect());
        };
        let record = ledger.get(&oid.order_key(merchant)).await;
        let record = record.map_err(|error| unavailable(&error))?;
        let unknown = || {
            let text = format!("the ledger has no order {oid} of merchant {merchant}");
            Failure::invalid(text)
        };
        record.map(|record| vec![record]).ok_or_else(unknown)
    }

    /// Asks, and changes nothing.
    async fn look(&self, args: &ReconcileArgs) -> Result<Vec<Row>, Failure> {
        let orders = self.orders(args).await?;
        let progress = Progress::of("orders", orders.len());
        let inquiry = &self.inquiry();
        let asked = futures_util::stream::iter(orders).map(|record| async move {
            let answer = match record.state {
                OrderState::Paid { .. } => None,
                _ => Some(inquiry.ask(&record).await),
            };
            would_be(&record, answer)
        });
        let mut asked = asked.buffered(AT_ONCE);
        let mut rows = Vec::new();
        while let Some(row) = asked.next().await {
            rows.push(row);
            progress.done_one();
        }
        Ok(rows)
    }

    fn inquiry(&self) -> AsOpened {
        AsOpened(StatusOfOrders::new(self.client.clone()))
    }

    async fn reconcile(&self, args: &ReconcileArgs) -> Result<Vec<Row>, Failure> {
        let orders = self.orders(args).await?;
        let gate = Gate::builder(self.ledger.store.clone(), self.ledger.expected.clone());
        let gate = gate.build().map_err(|error| local(&error))?;
        let merchant = self.credentials.merchant_id().to_string();
        let ledger = Arc::clone(&self.ledger.orders);
        let inquiry = self.inquiry();
        let reconciler = Reconciler::builder(merchant, ledger, gate, inquiry, leave_to_the_shop)
            .concurrency(AT_ONCE)
            // When an order is given up is the shop's own setting.
            .horizon(Duration::MAX)
            .page_life(Duration::MAX)
            .build();
        let mut found = Vec::new();
        if args.order.is_some() {
            for record in orders {
                let asked = reconciler.ask_about(&record.order).await;
                found.extend(asked.map_err(|error| unavailable(&error))?);
            }
        } else {
            let progress = Progress::of("orders", orders.len());
            let seen = |order| {
                found.push(order);
                progress.done_one();
            };
            let round = reconciler.round_with(seen).await;
            round.map_err(|error| unavailable(&error))?;
        }
        let mut rows = Vec::new();
        for order in &found {
            rows.push(self.finish(args, order).await?);
        }
        Ok(rows)
    }

    /// Sees to it that a payment left to the shop gets there soon.
    async fn finish(&self, args: &ReconcileArgs, order: &Reconciled) -> Result<Row, Failure> {
        let record = &order.record;
        let Found::Paid(decisions) = &order.found else {
            return Ok(row_of(record, &order.found));
        };
        let left = decisions
            .iter()
            .any(|(_, decision)| matches!(decision, Decision::HandlerFailed(_)));
        let ledger = &self.ledger.orders;
        let now = ledger.get(&record.order).await;
        let now = now.map_err(|error| unavailable(&error))?;
        let total = now.and_then(|now| now.state.paid_total());
        let (Some(paid), true) = (total, left) else {
            return Ok(row_of(record, &order.found).of_total(total));
        };
        let result = match &args.notify {
            Some(url) => self.notify(url, record, paid).await?,
            None => "undelivered in the ledger; the shop delivers it at its next round".to_owned(),
        };
        let at_once = ledger.postpone(&record.order, Duration::ZERO).await;
        at_once.map_err(|error| unavailable(&error))?;
        Ok(Row::new(record, "paid", result).of_total(total))
    }

    /// Tells the shop as PayTR would.
    async fn notify(
        &self,
        url: &str,
        record: &OrderRecord,
        paid: Money,
    ) -> Result<String, Failure> {
        let currency = paid.currency().to_string();
        let test_mode = if record.mode == Mode::Test { "1" } else { "0" };
        let body = PaymentNotification::success(record.order.order_id(), paid.minor_units())
            .field("currency", &currency)
            .field("test_mode", test_mode)
            .sign(&self.credentials)
            .to_body();
        let reply = courier()?.deliver(url, body).await;
        let reply = reply.map_err(|error| Failure::invalid_input(&error))?;
        Ok(format!("notified: {}", reply_text(&reply)))
    }
}

/// The handler of a program that is not the shop.
async fn leave_to_the_shop(_delivery: Delivery) -> Result<(), BoxError> {
    Err("left to the shop".into())
}

/// Whether the shop delivers test payments is its own setting. An order that was opened for one may be paid
/// by one here, and the shop decides.
struct AsOpened(StatusOfOrders);

#[async_trait]
impl Inquiry for AsOpened {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        match self.0.ask(order).await {
            Answer::Paid(payments) if order.mode == Mode::Test => {
                let as_opened = payments.into_iter();
                let as_opened = as_opened.map(|payment| payment.with_mode(Mode::Live));
                Answer::Paid(as_opened.collect())
            }
            answer => answer,
        }
    }
}

fn row_of(record: &OrderRecord, found: &Found) -> Row {
    match found {
        Found::AlreadyPaid => Row::new(record, "not asked", "paid and delivered before"),
        Found::NotYet => Row::new(record, "not paid", "asked again later"),
        Found::Closed => Row::new(record, "not paid", "closed"),
        Found::Review(why, _) => Row::new(record, "paid", format!("in review: {why}")),
        Found::Paid(decisions) => {
            let results = decisions.iter().map(|(_, decision)| decided(*decision));
            Row::new(record, "paid", results.collect::<Vec<_>>().join(", "))
        }
        _ => Row::unanswered(record),
    }
}

fn decided(decision: Decision) -> String {
    match decision {
        Decision::Settled | Decision::Duplicate => "paid and delivered before".to_owned(),
        Decision::InProgress { .. } => "being handled by the shop now".to_owned(),
        Decision::Mismatch(mismatch) => format!("in review: {mismatch}"),
        Decision::TestPaymentRecorded => "in review: a test payment".to_owned(),
        Decision::ConflictRecorded => "in review: paid before with another total".to_owned(),
        Decision::RefusedForReview(why) => format!("in review: {why}"),
        Decision::HandlerFailed(HandlerFailure::Error) => "left to the shop".to_owned(),
        _ => "not decided: the ledger did not answer".to_owned(),
    }
}

/// What would be done about an order with this answer.
fn would_be(record: &OrderRecord, answer: Option<Answer>) -> Row {
    match answer {
        None => row_of(record, &Found::AlreadyPaid),
        Some(Answer::NotYet) => row_of(record, &Found::NotYet),
        Some(Answer::Paid(payments)) => {
            let total = payments.first().and_then(Payment::total);
            let refused =
                payments
                    .iter()
                    .find_map(|payment| match record.expected.check(payment) {
                        Err(mismatch) => Some(format!("would go to review: {mismatch}")),
                        Ok(()) if payment.mode == Mode::Test => {
                            Some("would go to review: a test payment".to_owned())
                        }
                        Ok(()) => None,
                    });
            let result = refused.unwrap_or_else(|| "would be handed to the shop".to_owned());
            Row::new(record, "paid", result).of_total(total)
        }
        Some(Answer::Review(payment, why)) => {
            let result = format!("would go to review: {why}");
            Row::new(record, "paid", result).of_total(payment.total())
        }
        Some(_) => Row::unanswered(record),
    }
}

fn show(args: &ReconcileArgs, rows: &[Row]) -> Result<(), Failure> {
    if args.json {
        return print_json(&rows);
    }
    if rows.is_empty() {
        return print("no order is due");
    }
    let mut listing = Listing::new(&[
        Column::text("order"),
        Column::text("state"),
        Column::text("PayTR says"),
        Column::number("total"),
        Column::text("result"),
    ]);
    for row in rows {
        let currency = row.currency.as_deref().and_then(|code| code.parse().ok());
        let total = row.total.zip(currency);
        let total = total.map(|(units, currency)| Money::new(units, currency).to_string());
        listing.add(&[
            row.merchant_oid.clone(),
            row.state.to_owned(),
            row.paytr.to_owned(),
            total.unwrap_or_default(),
            row.result.clone(),
        ]);
    }
    listing.print()
}
