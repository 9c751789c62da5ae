//! `POST /odeme/capi/delete`: forgets a stored card.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{is_merchant, uncoded};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::State as Known;
use crate::token_check::CARD_DELETE;

pub(super) async fn card_delete(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    Json(shared.change(|state| delete(state, &form)))
}

fn delete(state: &mut Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let (utoken, ctoken) = (form.signed("utoken"), form.signed("ctoken"));
    if utoken.is_empty() || ctoken.is_empty() {
        return uncoded("Gecersiz utoken veya ctoken");
    }
    if !CARD_DELETE.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    if state.cards.delete(utoken, ctoken) {
        json!({ "status": "success" })
    } else {
        uncoded("Kart yok veya daha önce silinmiş")
    }
}
