//! What every request to an endpoint goes through: its form is read, one that cannot be read is answered
//! with a reason, and a refusal says what else is wrong with the form. What was refused, or taken with a
//! warning, is kept.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::field_rules::broken;
use crate::form::{PostedForm, Unreadable, redacted_json};
use crate::payment_request::Warning;
use crate::shared::Shared;
use crate::state::KeptRequest;
use crate::token_check::Formula;

/// Far more than any form that PayTR takes.
pub(crate) const MOST_OF_A_BODY: usize = 1024 * 1024;

/// Goes with the answer of a service whose refusals cannot be told from its other answers.
#[derive(Clone)]
pub(super) struct RefusedFor(pub(super) String);

pub(super) async fn take_in(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_OF_A_BODY).await;
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let form = match &body {
        Ok(body) => PostedForm::read(content_type, body),
        Err(_) => Err(Unreadable::TooLong),
    };
    let body = body.unwrap_or_default();
    match form {
        Ok(form) => {
            parts.extensions.insert(form.clone());
            let request = Request::from_parts(parts, Body::from(body));
            let answer = Answer::read(next.run(request).await).await;
            look_at(&shared, &path, &form, answer)
        }
        Err(unreadable) => refuse(&shared, &path, unreadable, &body),
    }
}

/// Keeps what was refused or shows a slip.
fn look_at(shared: &Shared, path: &str, form: &PostedForm, answer: Answer) -> Response {
    let Some(formula) = Formula::of(path, form) else {
        return answer.with_warnings(&[]);
    };
    let mut slips = form.slips(&formula);
    let is_refused = answer.refused_for().is_some();
    if is_refused {
        slips.extend(broken(path, form).into_iter().map(Warning::Broken));
    }
    if is_refused || !slips.is_empty() {
        let signed = shared.read(|state| formula.signed_text(form, &state.credentials));
        keep(shared, path, |request| KeptRequest {
            refused: answer.refused_for().map(str::to_owned),
            warnings: slips.iter().map(ToString::to_string).collect(),
            body: form.redacted(),
            signed: Some(signed),
            ..request
        });
    }
    answer.with_warnings(&slips)
}

/// Keeps a request whose path and time are filled in.
pub(super) fn keep(shared: &Shared, path: &str, fill: impl FnOnce(KeptRequest) -> KeptRequest) {
    let request = fill(KeptRequest {
        id: 0,
        at: shared.clock.now(),
        path: path.to_owned(),
        refused: None,
        warnings: Vec::new(),
        body: String::new(),
        signed: None,
    });
    shared.change(|state| state.keep_request(request));
}

/// Of a body that is no form, only JSON is kept: in anything else a card could stand unseen.
fn refuse(shared: &Shared, path: &str, unreadable: Unreadable, body: &[u8]) -> Response {
    let reason = unreadable.to_string();
    let json = redacted_json(body).filter(|_| unreadable == Unreadable::Json);
    keep(shared, path, |request| KeptRequest {
        refused: Some(reason.clone()),
        body: json.unwrap_or_default(),
        ..request
    });
    let status = match unreadable {
        Unreadable::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::OK,
    };
    (status, Json(refusal(path, &reason))).into_response()
}

/// A refusal in the form that the service at this path has for one.
pub(super) fn refusal(path: &str, reason: &str) -> Value {
    let reason = format!("paytr-sandbox: {reason}");
    if path == "/odeme" {
        json!({ "status": "failed", "msg": reason })
    } else if path == "/odeme/api/get-token" || path.starts_with("/odeme/api/link/") {
        json!({ "status": "failed", "reason": reason })
    } else {
        json!({ "status": "error", "err_msg": reason })
    }
}

/// What an endpoint answered.
struct Answer {
    head: axum::http::response::Parts,
    body: Bytes,
    /// `None` for a page or a redirect.
    json: Option<Value>,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (head, body) = response.into_parts();
        // It was made here: nothing of it can break off.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let json = serde_json::from_slice(&body).ok();
        Self { head, body, json }
    }

    /// Why it is a refusal, if it is one. `failed` without a text is an empty report or an unknown BIN.
    fn refused_for(&self) -> Option<&str> {
        if let Some(RefusedFor(reason)) = self.head.extensions.get() {
            return Some(reason);
        }
        let json = self.json.as_ref()?;
        let is_refusal = matches!(json["status"].as_str(), Some("failed" | "error"));
        let reason = json["reason"].as_str().or(json["err_msg"].as_str());
        reason.filter(|_| is_refusal)
    }

    /// A refusal names what may be behind it, too, in a field that PayTR does not have.
    fn with_warnings(mut self, warnings: &[Warning]) -> Response {
        let is_refusal = self.refused_for().is_some();
        if is_refusal
            && !warnings.is_empty()
            && let Some(Value::Object(fields)) = &mut self.json
        {
            let texts: Vec<_> = warnings.iter().map(ToString::to_string).collect();
            fields.insert("sandbox_warnings".to_owned(), texts.into());
            self.head.headers.remove(CONTENT_LENGTH);
            let body = serde_json::to_vec(&self.json).unwrap_or_default();
            return Response::from_parts(self.head, Body::from(body));
        }
        Response::from_parts(self.head, Body::from(self.body))
    }
}
