//! `POST /odeme/api/link/delete`: closes up to ten links.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::link_create::Refused;
use crate::form::PostedForm;
use crate::payment_request::Fields;
use crate::shared::Shared;
use crate::state::State as Known;
use crate::token_check::LINK_DELETE;

const MOST: usize = 10;

pub(super) async fn link_delete(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    Json(
        shared
            .change(|state| delete(state, &form))
            .unwrap_or_else(|refused| refused.into_json("delete")),
    )
}

fn delete(state: &mut Known, form: &PostedForm) -> Result<Value, Refused> {
    let fields = Fields::of(form);
    if fields.required("merchant_id", 20)? != state.credentials.merchant_id().as_str() {
        return Err(Refused::Inactive);
    }
    let ids: Vec<_> = fields.required("id", 1_000)?.split(',').collect();
    if ids.len() > MOST {
        return Err(Refused::Field("id"));
    }
    fields.flag("debug_on")?;
    if !LINK_DELETE.accepts(form, &state.credentials) {
        return Err(Refused::Token);
    }
    let (deleted, unknown): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| close(state, id));
    match (deleted.as_slice(), unknown.as_slice()) {
        ([], [_]) => Ok(json!({ "status": "failed", "reason": "Link bulunamadi" })),
        ([_], []) => Ok(json!({ "status": "success" })),
        _ => Ok(json!({
            "status": "success",
            "success_deletes": deleted,
            "failed_deletes": unknown,
        })),
    }
}

/// Whether there was such an open link.
fn close(state: &mut Known, id: &str) -> bool {
    let Some(link) = state.link_mut(id).filter(|link| !link.deleted) else {
        return false;
    };
    link.deleted = true;
    true
}
