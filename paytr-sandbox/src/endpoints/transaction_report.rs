//! `POST /rapor/islem-dokumu`: every sale and refund in a range of up to three days.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{Refused, answer};
use super::card_program;
use super::report::{self, signed_major};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{Entry, EntryKind, State as Known};
use crate::{amount_text, turkish_time};

const MOST: Duration = Duration::from_secs(3 * 86_400);

pub(super) async fn transaction_report(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    answer(shared.read(|state| list(state, &form)))
}

fn list(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    let (start, end) = report::moments(form, state, MOST)?;
    if form.get("dummy") == Some("1") {
        return Ok(report::rows([invented(start)]));
    }
    // The end is a whole second.
    let end = end + Duration::from_secs(1);
    let entries = state.entries().into_iter();
    let entries = entries.filter(|entry| (start..end).contains(&entry.at));
    Ok(report::rows(entries.map(|entry| row(&entry))))
}

fn row(entry: &Entry<'_>) -> Value {
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
        "islem_tutari": amount_text::major(entry.gross),
        "odeme_tutari": amount_text::major(entry.gross),
        "islem_tarihi": turkish_time::dotted_date(entry.at),
        "para_birimi": payment.currency,
        "taksit": payment.taksit().to_string(),
        "kart_marka": card_program::name_of(payment.card),
        "kart_no": payment.card.map(crate::TestCard::masked).unwrap_or_default(),
        "siparis_no": entry.merchant_oid,
        "odeme_tipi": payment.odeme_tipi(),
    })
}

/// What `dummy=1` gives: a row that no order stands behind.
fn invented(at: SystemTime) -> Value {
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
