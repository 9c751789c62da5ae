//! Answers to browsers, for any framework.

use serde::Serialize;

/// An answer to a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers; names are in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("x-content-type-options", "nosniff".to_owned()),
            ],
            body: body.into(),
        }
    }

    pub(crate) fn page(template: &impl askama::Template) -> Self {
        match template.render() {
            Ok(html) => {
                let mut answer = Self::new(200, "text/html; charset=utf-8", html);
                let policy = "default-src 'none'; style-src 'self'; script-src 'self'; \
                              img-src 'self'; connect-src 'self'; form-action 'self'; \
                              base-uri 'none'; frame-ancestors 'none'";
                answer
                    .headers
                    .push(("content-security-policy", policy.to_owned()));
                answer
            }
            Err(error) => Self::failure(&error),
        }
    }

    pub(crate) fn json(value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(json) => Self::new(200, "application/json", json),
            Err(error) => Self::failure(&error),
        }
    }

    /// The answer to another method than a page takes.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let mut answer = Self::new(405, "text/plain; charset=utf-8", "method not allowed");
        answer.headers.push(("allow", "GET, HEAD".to_owned()));
        answer
    }

    /// Something that the buyer can do nothing about; the cause is for the log only.
    pub(crate) fn failure(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page could not be made");
        Self::new(500, "text/plain; charset=utf-8", "internal error")
    }
}
