//! `POST /odeme/api/get-token`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::form::PostedForm;
use crate::payment_request::{PaymentRequest, Refused};
use crate::shared::Shared;

pub(crate) async fn get_token(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(match open_page(&shared, &form) {
        Ok(token) => json!({ "status": "success", "token": token }),
        Err(reason) => {
            tracing::debug!(%reason, "get-token refused");
            json!({ "status": "failed", "reason": reason.to_string() })
        }
    })
}

fn open_page(shared: &Arc<Shared>, form: &PostedForm) -> Result<String, Refused> {
    let credentials = shared.read(|state| state.credentials.clone());
    let request = PaymentRequest::read(form, &credentials)?;
    let token = Shared::new_token().map_err(|_| Refused::Inactive)?;
    let now = shared.clock.now();
    let deadline = shared.change(|state| {
        state.open(token.clone(), request, now)?;
        Ok(state.page(&token).map_or(now, |page| page.deadline))
    })?;
    shared.expire_in_time(token.clone(), deadline);
    Ok(token)
}
