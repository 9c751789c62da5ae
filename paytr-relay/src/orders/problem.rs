//! Why a request of the app is not done.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// An answer with an error: its status, a code for programs and a message for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiProblem {
    status: StatusCode,
    code: String,
    message: String,
    retry_after: Option<String>,
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody<'a> {
    /// `error`.
    status: &'static str,
    /// For programs, such as `invalid_field`.
    code: &'a str,
    /// For people: what to change.
    message: &'a str,
}

impl ApiProblem {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn unauthorized() -> Self {
        let message =
            "the header Authorization is `Bearer` and one of the api_tokens of a merchant";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    pub(crate) fn field(field: &str, rule: impl std::fmt::Display) -> Self {
        let message = format!("{field}: {rule}");
        Self::new(StatusCode::BAD_REQUEST, "invalid_field", message)
    }

    pub(crate) fn unavailable() -> Self {
        let message = "the ledger is unavailable; try again";
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
        problem.retry_after(Some("5".to_owned()))
    }

    pub(crate) fn unknown_order() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_order", "no such order")
    }

    pub(crate) fn retry_after(mut self, seconds: Option<String>) -> Self {
        self.retry_after = seconds;
        self
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let body = Json(ErrorBody {
            status: "error",
            code: &self.code,
            message: &self.message,
        });
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        if let Some(value) = self.retry_after.and_then(|text| text.try_into().ok()) {
            headers.insert(RETRY_AFTER, value);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
