//! `POST /odeme/api/bin-detail`: what the first digits of a card tell.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{is_merchant, uncoded};
use super::card_program;
use crate::TestCard;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::State as Known;
use crate::token_check::BIN;

pub(super) async fn bin(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(shared.read(|state| look_up(state, &form)))
}

fn look_up(state: &Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let digits = form.signed("bin_number");
    let fits = (6..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !fits {
        return uncoded("Gecersiz bin_number");
    }
    if !BIN.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    let mut cards = TestCard::ALL.into_iter();
    let facts = cards
        .find(|card| card.number().starts_with(digits))
        .and_then(card_program::of);
    match facts {
        None => json!({ "status": "failed" }),
        Some(facts) => json!({
            "status": "success",
            "cardType": "credit",
            "businessCard": "n",
            "bank": facts.bank,
            "brand": facts.program,
            "schema": facts.schema,
            "bankCode": facts.bank_code,
            "allow_non3d": "Y",
        }),
    }
}
