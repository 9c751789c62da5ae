//! `POST /odeme/capi/list`: the stored cards of a user.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{is_merchant, uncoded};
use super::card_program;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{State as Known, StoredCard};
use crate::token_check::CARD_LIST;

pub(super) async fn card_list(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(shared.read(|state| list(state, &form)))
}

/// A bare array without a `status`, as PayTR sends it.
fn list(state: &Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let utoken = form.signed("utoken");
    if utoken.is_empty() {
        return uncoded("Gecersiz utoken");
    }
    if !CARD_LIST.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    state.cards.of_user(utoken).map(entry).collect()
}

fn entry(stored: &StoredCard) -> Value {
    let facts = card_program::of(stored.card);
    let number = stored.card.number();
    json!({
        "ctoken": stored.ctoken,
        "last_4": number.get(12..),
        "require_cvv": stored.require_cvv(),
        "month": stored.month,
        "year": stored.year,
        "c_bank": facts.as_ref().map_or("", |facts| facts.bank),
        "c_name": stored.holder,
        "c_brand": facts.as_ref().map_or("none", |facts| facts.program),
        "c_type": "credit",
        "businessCard": "n",
        "initial": number.get(..1),
        "schema": facts.map_or("OTHER", |facts| facts.schema),
    })
}
