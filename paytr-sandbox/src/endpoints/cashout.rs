//! `POST /odeme/hesaptan-gonder`: sends money of the account to other accounts.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::transfers::NOT_A_MARKETPLACE;
use crate::StoreKind;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{CashoutRow, CashoutState, State as Known};
use crate::token_check::CASHOUT;

const BAD_TRANS_ID: Refused = Refused::new("003", "Gecersiz trans_id");
const BAD_TOKEN: Refused = Refused::new("201", "paytr_token gonderilmedi veya gecersiz");
const BAD_CHARACTERS: Refused = Refused::new(
    "202",
    "trans_id alfanumerik olmalidir, ozel karakter iceremez",
);
const USED: Refused = Refused::new(
    "203",
    "trans_id benzersiz olmalidir, bu trans_id daha once kullanilmis.",
);
const TOO_LONG: Refused = Refused::new(
    "204",
    "trans_info izin verilenden uzun, daha az kayit ile tekrar deneyin",
);
const ROW_COUNT: Refused = Refused::new(
    "205",
    "trans_info en az 2 islem en fazla 2000 islem icermelidir",
);
const NOT_JSON: Refused = Refused::new("206", "trans_info gecerli bir JSON string degil");

/// The limit is not published.
const MOST_BYTES: usize = 512 * 1024;

const MOST_ROWS: usize = 2_000;

pub(super) const ROUTES: &[Route] = &[("/odeme/hesaptan-gonder", || post(cashout))];

async fn cashout(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let taken = shared.change(|state| take(state, &form, now));
    answer(taken.map(|due| {
        shared.process_cashouts_in_time(due);
        json!({ "status": "success", "trans_id": form.signed("trans_id") })
    }))
}

fn take(state: &mut Known, form: &PostedForm, now: SystemTime) -> Result<SystemTime, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    if state.store_kind != StoreKind::Marketplace {
        return Err(NOT_A_MARKETPLACE);
    }
    let trans_id = form.signed("trans_id");
    if trans_id.is_empty() || trans_id.len() > 64 {
        return Err(BAD_TRANS_ID);
    }
    if !trans_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(BAD_CHARACTERS);
    }
    if !CASHOUT.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    let rows = rows(form.signed("trans_info"))?;
    state.take_cashout(trans_id, rows, now).ok_or(USED)
}

/// One row as it is posted; the amount is text in minor units, or a number.
#[derive(Deserialize)]
struct PostedRow {
    amount: Value,
    receiver: String,
    iban: String,
}

/// One row is taken, too: PayTR's own sample has one, whatever the text of its code says.
fn rows(text: &str) -> Result<Vec<CashoutRow>, Refused> {
    if text.len() > MOST_BYTES {
        return Err(TOO_LONG);
    }
    let posted: Vec<PostedRow> = serde_json::from_str(text).map_err(|_| NOT_JSON)?;
    if !(1..=MOST_ROWS).contains(&posted.len()) {
        return Err(ROW_COUNT);
    }
    posted.into_iter().map(row).collect()
}

fn row(posted: PostedRow) -> Result<CashoutRow, Refused> {
    let amount = match &posted.amount {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    Ok(CashoutRow {
        amount: amount.filter(|amount| *amount > 0).ok_or(NOT_JSON)?,
        receiver: posted.receiver,
        iban: posted.iban,
        state: CashoutState::Waiting,
    })
}
