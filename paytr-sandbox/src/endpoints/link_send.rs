//! `POST /odeme/api/link/send-sms` and `/send-email`: sends a link to somebody. The sandbox sends
//! nothing: it keeps that and when it was asked for, and to whom it does not.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::link_create::Refused;
use crate::form::PostedForm;
use crate::payment_request::Fields;
use crate::shared::Shared;
use crate::state::{LinkMessage, State as Known};
use crate::token_check::{Formula, LINK_EMAIL, LINK_SMS};

pub(super) async fn send_sms(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let phone = Fields::of(&form).digits("cell_phone", 11);
    let is_mobile = matches!(phone, Ok(Some(phone)) if phone.starts_with("05"));
    let checked = is_mobile
        .then_some(LINK_SMS)
        .ok_or(Refused::Field("cell_phone"));
    let sent = shared.change(|state| send(state, &form, checked, LinkMessage::Sms(now), now));
    Json(sent.unwrap_or_else(|refused| refused.into_json("send-sms")))
}

pub(super) async fn send_email(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let email = Fields::of(&form).email("email");
    let checked = email.map(|()| LINK_EMAIL).map_err(Refused::from);
    let sent = shared.change(|state| send(state, &form, checked, LinkMessage::Email(now), now));
    Json(sent.unwrap_or_else(|refused| refused.into_json("send-email")))
}

fn send(
    state: &mut Known,
    form: &PostedForm,
    checked: Result<Formula, Refused>,
    message: LinkMessage,
    now: SystemTime,
) -> Result<Value, Refused> {
    let fields = Fields::of(form);
    if fields.required("merchant_id", 20)? != state.credentials.merchant_id().as_str() {
        return Err(Refused::Inactive);
    }
    let id = fields.required("id", 64)?;
    let formula = checked?;
    fields.flag("debug_on")?;
    if !formula.accepts(form, &state.credentials) {
        return Err(Refused::Token);
    }
    if state.open_link(id, now).is_err() {
        return Ok(json!({ "status": "failed", "reason": "Link bulunamadi" }));
    }
    if let Some(link) = state.link_mut(id) {
        link.messages.push(message);
    }
    Ok(json!({ "status": "success" }))
}
