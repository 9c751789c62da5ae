//! `POST /odeme/geri-donen-transfer`: transfers that a seller's bank sent back.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{Refused, answer};
use super::report;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{State as Known, Transfer, TransferState};
use crate::{StoreKind, amount_text, turkish_time};

const MOST: Duration = Duration::from_secs(31 * 86_400);

pub(super) const NOT_A_MARKETPLACE: Refused = Refused::new("002", "Bu servis icin yetkiniz yok");
const BAD_TOKEN: &str = "003";

pub(super) async fn returned_transfers(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    answer(shared.read(|state| list(state, &form)))
}

fn list(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    if super::answer::is_merchant(form, state) && state.store_kind != StoreKind::Marketplace {
        return Err(NOT_A_MARKETPLACE);
    }
    // The transfer services have their own number for a wrong token.
    let (start, end) = report::moments(form, state, MOST)
        .map_err(|refused| refused.with_code(BAD_TOKEN, "004"))?;
    if form.get("dummy") == Some("1") {
        return Ok(report::rows([invented(start)]));
    }
    let end = end + Duration::from_secs(1);
    let transfers = state.transfers().iter();
    let rows = transfers.filter_map(|transfer| match transfer.state {
        TransferState::Returned(at) if (start..end).contains(&at) => Some(row(transfer, at)),
        _ => None,
    });
    Ok(report::rows(rows))
}

fn row(transfer: &Transfer, returned: SystemTime) -> Value {
    json!({
        "ref_no": transfer.reference,
        "date_detected": turkish_time::date(returned),
        "date_reimbursed": turkish_time::date(returned),
        "transfer_name": transfer.receiver,
        "transfer_iban": transfer.iban,
        "transfer_amount": amount_text::major(transfer.seller_amount),
        "transfer_currency": transfer.currency,
        "transfer_date": turkish_time::date(transfer.due),
    })
}

/// What `dummy=1` gives: a row that no transfer stands behind.
fn invented(at: SystemTime) -> Value {
    json!({
        "ref_no": "DUMMY1",
        "date_detected": turkish_time::date(at),
        "date_reimbursed": turkish_time::date(at),
        "transfer_name": "XYZ LTD STI",
        "transfer_iban": "TR330006100519786457841326",
        "transfer_amount": "35.18",
        "transfer_currency": "TL",
        "transfer_date": turkish_time::date(at),
    })
}
