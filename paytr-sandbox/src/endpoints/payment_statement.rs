//! `POST /rapor/odeme-dokumu`: the sums that were paid out on each day of up to 31.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{Refused, answer};
use super::report::{self, signed_major};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{Payout, PayoutKey, State as Known};
use crate::{StoreKind, amount_text, turkish_time};

/// The sandbox merchant's account: an IBAN of zeros belongs to nobody.
pub(super) const OWN_IBAN: &str = "TR000000000000000000000000";

const MOST_DAYS: i32 = 31;

pub(super) async fn payment_statement(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    let now = shared.clock.now();
    answer(shared.read(|state| list(state, &form, now)))
}

fn list(state: &Known, form: &PostedForm, now: SystemTime) -> Result<Value, Refused> {
    let (start, end) = report::days(form, state, MOST_DAYS)?;
    let today = turkish_time::day(now);
    let payouts = state.payouts();
    let in_range = |day| (start..=end.min(today)).contains(&day);
    let made = payouts.iter().filter(|((day, _), _)| in_range(*day));
    let rows: Vec<_> = made.map(row).collect();
    let future: Vec<_> = payouts
        .iter()
        .filter(|((day, _), _)| *day > today)
        .map(coming)
        .collect();
    let has_future = state.store_kind == StoreKind::Shop && !future.is_empty();
    let mut reply = report::rows(rows);
    if has_future && let Some(fields) = reply.as_object_mut() {
        fields.insert("future_payments".to_owned(), future.into());
    }
    Ok(reply)
}

fn row(((day, currency), payout): (&PayoutKey, &Payout)) -> Value {
    json!({
        "date_paid": day.to_string(),
        "currency": currency,
        "sales": amount_text::major(payout.sales),
        "return": amount_text::major(payout.refunds),
        "net": signed_major(payout.net),
        "merchant_iban": OWN_IBAN,
    })
}

fn coming(((day, currency), payout): (&PayoutKey, &Payout)) -> Value {
    json!({
        "date": day.to_string(),
        "currency": currency,
        "sale_amounts": amount_text::major(payout.sales),
        "return_amounts": amount_text::major(payout.refunds),
        "net_amounts": signed_major(payout.net),
    })
}
