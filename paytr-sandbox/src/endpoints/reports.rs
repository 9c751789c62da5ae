//! Reports. They have a range of dates in common, and rows or none.
//!
//! * `POST /rapor/islem-dokumu`: every sale and refund in a range of up to three days.
//! * `POST /rapor/odeme-dokumu`: the sums that were paid out on each day of up to 31.
//! * `POST /rapor/odeme-detayi`: what the payout of one day is made of.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Route;
use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::cards;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{Entry, EntryKind, Payout, PayoutKey, PayoutLine, State as Known};
use crate::token_check::{DATE_RANGE, Formula, PAYMENT_DETAIL};
use crate::{StoreKind, amounts, turkish_time};

const MOST_OF_TRANSACTIONS: Duration = Duration::from_secs(3 * 86_400);

pub(super) const ROUTES: &[Route] = &[
    ("/rapor/islem-dokumu", || post(transaction_report)),
    ("/rapor/odeme-dokumu", || post(payment_statement)),
    // PayTR's PHP sample posts to the path with a slash at its end.
    ("/rapor/odeme-dokumu/", || post(payment_statement)),
    ("/rapor/odeme-detayi", || post(payment_detail)),
];

async fn transaction_report(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    answer(shared.read(|state| list_transactions(state, &form)))
}

fn list_transactions(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    let (start, end) = moments(form, state, MOST_OF_TRANSACTIONS)?;
    if form.get("dummy") == Some("1") {
        return Ok(rows([invented_transaction(start)]));
    }
    // The end is a whole second.
    let end = end + Duration::from_secs(1);
    let entries = state.entries().into_iter();
    let entries = entries.filter(|entry| (start..end).contains(&entry.at));
    Ok(rows(entries.map(|entry| transaction_row(&entry))))
}

fn transaction_row(entry: &Entry<'_>) -> Value {
    let payment = entry.payment;
    let (kind, rate) = match entry.kind {
        EntryKind::Sale => ("S", payment.deduction_rate()),
        EntryKind::Refund => ("I", "0.00".to_owned()),
    };
    json!({
        "islem_tipi": kind,
        "net_tutar": signed_major(entry.net),
        "kesinti_tutari": signed_major(entry.deduction),
        "kesinti_orani": rate,
        "islem_tutari": amounts::major(entry.gross),
        "odeme_tutari": amounts::major(entry.gross),
        "islem_tarihi": turkish_time::dotted_date(entry.at),
        "para_birimi": payment.currency,
        "taksit": payment.taksit().to_string(),
        "kart_marka": cards::program_name(payment.card),
        "kart_no": payment.card.map(crate::TestCard::masked).unwrap_or_default(),
        "siparis_no": entry.merchant_oid,
        "odeme_tipi": payment.odeme_tipi(),
    })
}

/// What `dummy=1` gives: a row that no order stands behind.
fn invented_transaction(at: SystemTime) -> Value {
    json!({
        "islem_tipi": "S",
        "net_tutar": "97.01",
        "kesinti_tutari": "2.99",
        "kesinti_orani": "2.99",
        "islem_tutari": "100.00",
        "odeme_tutari": "100.00",
        "islem_tarihi": turkish_time::dotted_date(at),
        "para_birimi": "TL",
        "taksit": "0",
        "kart_marka": "WORLD",
        "kart_no": "979203******0796",
        "siparis_no": "DUMMY1",
        "odeme_tipi": "KART",
    })
}

/// The sandbox merchant's account: an IBAN of zeros belongs to nobody.
const OWN_IBAN: &str = "TR000000000000000000000000";

const MOST_DAYS: i32 = 31;

async fn payment_statement(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    answer(shared.read(|state| list_payouts(state, &form, now)))
}

fn list_payouts(state: &Known, form: &PostedForm, now: SystemTime) -> Result<Value, Refused> {
    let (start, end) = days(form, state, MOST_DAYS)?;
    let today = turkish_time::day(now);
    let payouts = state.payouts();
    let in_range = |day| (start..=end.min(today)).contains(&day);
    let made = payouts.iter().filter(|((day, _), _)| in_range(*day));
    let past: Vec<_> = made.map(payout_row).collect();
    let future: Vec<_> = payouts
        .iter()
        .filter(|((day, _), _)| *day > today)
        .map(coming_payout)
        .collect();
    let has_future = state.store_kind == StoreKind::Shop && !future.is_empty();
    let mut reply = rows(past);
    if has_future && let Some(fields) = reply.as_object_mut() {
        fields.insert("future_payments".to_owned(), future.into());
    }
    Ok(reply)
}

fn payout_row(((day, currency), payout): (&PayoutKey, &Payout)) -> Value {
    json!({
        "date_paid": day.to_string(),
        "currency": currency,
        "sales": amounts::major(payout.sales),
        "return": amounts::major(payout.refunds),
        "net": signed_major(payout.net),
        "merchant_iban": OWN_IBAN,
    })
}

fn coming_payout(((day, currency), payout): (&PayoutKey, &Payout)) -> Value {
    json!({
        "date": day.to_string(),
        "currency": currency,
        "sale_amounts": amounts::major(payout.sales),
        "return_amounts": amounts::major(payout.refunds),
        "net_amounts": signed_major(payout.net),
    })
}

const OWN_NAME: &str = "PAYTR SANDBOX";

async fn payment_detail(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    answer(shared.read(|state| list_payout_lines(state, &form, now)))
}

fn list_payout_lines(state: &Known, form: &PostedForm, now: SystemTime) -> Result<Value, Refused> {
    admit(form, state, &PAYMENT_DETAIL)?;
    let asked = day(form, "date")?;
    let is_past = asked <= turkish_time::day(now);
    let lines = state.payout_lines().into_iter();
    let lines = lines.filter(|line| is_past && line.key.0 == asked);
    let row = match state.store_kind {
        StoreKind::Shop => shop_row,
        StoreKind::Marketplace => marketplace_row,
    };
    Ok(rows(lines.map(|line| row(&line))))
}

fn shop_row(line: &PayoutLine<'_>) -> Value {
    json!({
        "merchant_oid": line.merchant_oid,
        "merchant_iban": OWN_IBAN,
        "merchant_name": OWN_NAME,
        "payment": signed_major(line.net),
        "currency": line.key.1,
    })
}

fn marketplace_row(line: &PayoutLine<'_>) -> Value {
    let (iban, name) = line.seller.unwrap_or((OWN_IBAN, OWN_NAME));
    json!({
        "merchant_oid": line.merchant_oid,
        "amount": signed_major(line.net),
        "transfer": format!("{iban}, {name}"),
        "currency": line.key.1,
    })
}

const BAD_TOKEN: Refused = Refused::new("003", "paytr_token gonderilmedi veya gecersiz");
const BAD_DATE: Refused = Refused::new("002", "Gecersiz tarih");
/// Recorded for a span of more than three days; its text is not known.
const TOO_LONG: Refused = Refused::new("204", "Tarih araligi izin verilenden uzun");

/// Checks merchant and token of a report.
fn admit(form: &PostedForm, state: &Known, formula: &Formula) -> Result<(), Refused> {
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
    state: &Known,
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
fn days(form: &PostedForm, state: &Known, most: i32) -> Result<(Date, Date), Refused> {
    admit(form, state, &DATE_RANGE)?;
    let (start, end) = (day(form, "start_date")?, day(form, "end_date")?);
    match end.duration_since(start).as_hours() / 24 {
        ..0 => Err(BAD_DATE),
        span if span > i64::from(most) => Err(TOO_LONG),
        _ => Ok((start, end)),
    }
}

fn day(form: &PostedForm, name: &str) -> Result<Date, Refused> {
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
fn signed_major(minor_units: i128) -> String {
    let sign = if minor_units < 0 { "-" } else { "" };
    let units = minor_units.unsigned_abs();
    format!("{sign}{}.{:02}", units / 100, units % 100)
}
