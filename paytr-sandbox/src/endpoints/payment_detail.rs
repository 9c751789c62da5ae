//! `POST /rapor/odeme-detayi`: what the payout of one day is made of.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{Refused, answer};
use super::payment_statement::OWN_IBAN;
use super::report::{self, signed_major};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{PayoutLine, State as Known};
use crate::token_check::PAYMENT_DETAIL;
use crate::{StoreKind, turkish_time};

const OWN_NAME: &str = "PAYTR SANDBOX";

pub(super) async fn payment_detail(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    let now = shared.clock.now();
    answer(shared.read(|state| list(state, &form, now)))
}

fn list(state: &Known, form: &PostedForm, now: SystemTime) -> Result<Value, Refused> {
    report::admit(form, state, &PAYMENT_DETAIL)?;
    let asked = report::day(form, "date")?;
    let is_past = asked <= turkish_time::day(now);
    let lines = state.payout_lines().into_iter();
    let lines = lines.filter(|line| is_past && line.key.0 == asked);
    let row = match state.store_kind {
        StoreKind::Shop => shop_row,
        StoreKind::Marketplace => marketplace_row,
    };
    Ok(report::rows(lines.map(|line| row(&line))))
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
