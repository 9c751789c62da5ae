//! What every request to an endpoint goes through: its form is read, and one that cannot be read is
//! answered with a reason, as JSON like any other refusal.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::form::{PostedForm, Unreadable};

/// Far more than any form that PayTR takes.
pub(crate) const MOST_OF_A_BODY: usize = 1024 * 1024;

pub(super) async fn read_form(request: Request, next: Next) -> Response {
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
    match form {
        Ok(form) => {
            parts.extensions.insert(form);
            let body = axum::body::Body::from(body.unwrap_or_default());
            next.run(Request::from_parts(parts, body)).await
        }
        Err(unreadable) => refuse(&path, unreadable),
    }
}

fn refuse(path: &str, unreadable: Unreadable) -> Response {
    let status = match unreadable {
        Unreadable::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::OK,
    };
    (status, Json(refusal(path, &unreadable.to_string()))).into_response()
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
