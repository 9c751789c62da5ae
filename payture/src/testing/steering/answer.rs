use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::testing::FakeActionError;

/// What a route of the control API answers.
pub(super) type Answer = Result<Json<Value>, Refusal>;

/// Why nothing was done.
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
}

impl Refusal {
    /// The request does not make sense.
    pub(super) fn unprocessable(error: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            error: error.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}

impl From<FakeActionError> for Refusal {
    fn from(error: FakeActionError) -> Self {
        let status = match error {
            FakeActionError::UnknownOrder => StatusCode::NOT_FOUND,
            FakeActionError::NoPage | FakeActionError::NotRefundable => StatusCode::CONFLICT,
        };
        Self {
            status,
            error: error.to_string(),
        }
    }
}

/// Reads a body as JSON, whatever its content type says: `curl -d` says it is a form. No body is an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    let read = serde_json::from_slice(body);
    read.map_err(|error| Refusal::unprocessable(format!("the body: {error}")))
}
