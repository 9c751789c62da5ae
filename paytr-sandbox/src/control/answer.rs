use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::shared::Shared;
use crate::{ActionError, OrderSnapshot};

/// Why nothing was done.
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        let error = error.into();
        Self { status, error }
    }

    /// The request does not make sense.
    pub(super) fn unprocessable(error: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownOrder => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, error.to_string())
    }
}

/// Reads a body as JSON, whatever its content type says: `curl -d` says it is a form. No body is an
/// empty object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    let read = serde_json::from_slice(body);
    read.map_err(|error| Refusal::unprocessable(format!("the body: {error}")))
}

/// The order as it is now, or why nothing was done.
pub(super) fn order(
    shared: &Shared,
    merchant_oid: &str,
    done: Result<(), ActionError>,
) -> Result<Json<OrderSnapshot>, Refusal> {
    done?;
    let order = shared.read(|state| OrderSnapshot::of(state, merchant_oid));
    Ok(Json(order.ok_or(ActionError::UnknownOrder)?))
}
