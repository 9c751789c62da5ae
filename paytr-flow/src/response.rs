//! Answers to browsers, without a framework's types.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Most bytes of a body of `POST /pay` and of a form of the back office: 64 KiB.
pub const MAX_BODY: usize = 64 * 1024;

/// How long such a body may take to arrive as a whole.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// When a browser may ask again after a 503, in seconds.
pub(crate) const RETRY_AFTER: &str = "5";

/// An answer to a browser. It may hold the token of a payment page, so `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "the browser must be answered"]
#[non_exhaustive]
pub struct FlowResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers; names are in lower case, values are visible ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body, UTF-8.
    pub body: String,
}

impl FlowResponse {
    /// The answer to a body that is larger than [`MAX_BODY`].
    pub fn too_large() -> Self {
        Self::error(413, "too_large", "the body has at most 64 KiB")
    }

    /// The answer to a body that took longer than [`BODY_DEADLINE`].
    pub fn too_slow() -> Self {
        Self::error(408, "too_slow", "the body did not arrive in time")
    }

    /// The answer to a body that broke off.
    pub fn broken_body() -> Self {
        Self::error(400, "broken_body", "the body could not be read")
    }

    /// The answer to another method than the route takes; `allow` names those it takes.
    pub fn method_not_allowed(allow: &'static str) -> Self {
        Self::error(
            405,
            "method_not_allowed",
            "this address takes another method",
        )
        .with_header("allow", allow)
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn error(status: u16, code: &'static str, message: &str) -> Self {
        Self::json(
            status,
            &ErrorBody {
                status: "error",
                code,
                message,
                product_id: None,
            },
        )
    }

    /// The shop itself cannot answer now; the cause is in the log.
    pub(crate) fn unavailable() -> Self {
        Self::error(503, "unavailable", "try again in a moment")
            .with_header("retry-after", RETRY_AFTER)
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self::new(status, "application/json", body),
            Err(error) => {
                tracing::error!(error = %error, "an answer could not be written");
                Self::new(
                    500,
                    "application/json",
                    r#"{"status":"error","code":"internal","message":"internal error"}"#.to_owned(),
                )
            }
        }
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
            .with_header("referrer-policy", "strict-origin-when-cross-origin")
    }

    /// Sends the browser to another page by GET.
    pub(crate) fn see_other(location: String) -> Self {
        Self::new(303, "text/plain; charset=utf-8", String::new()).with_header("location", location)
    }

    /// The same answer with one more header; the name is in lower case, the value visible ASCII.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// An answer that nobody stores: what a [`Guard`](crate::back_office::Guard) of the shop's own says
    /// to somebody whom it does not admit.
    pub fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("cache-control", "no-store".to_owned()),
                ("x-content-type-options", "nosniff".to_owned()),
            ],
            body,
        }
    }
}

impl fmt::Debug for FlowResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The body of every refusal in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorBody<'a> {
    pub(crate) status: &'static str,
    pub(crate) code: &'static str,
    pub(crate) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) product_id: Option<&'a str>,
}
