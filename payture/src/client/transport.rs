//! Posting a body and reading the answer, within limits, and what can go wrong on the way.

use std::fmt;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use paid_once::BoxError;
use reqwest::header::CONTENT_TYPE;

use crate::answer::{DecodeError, MAX_ANSWER, Refusal};
use crate::commands::InvalidRequest;

/// How many bytes of an unreadable reply are kept.
const KEPT_BODY: usize = 2_048;

/// Why a command gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PaytureError {
    /// The request has values that Payture is known to refuse or to misread. Nothing was sent.
    #[error("the request is invalid")]
    Invalid(#[from] InvalidRequest),
    /// No connection could be made. Nothing was sent.
    #[error("Payture could not be reached")]
    NotSent(#[source] BoxError),
    /// The request was sent and its outcome is unknown. It may have had its effect: do not repeat a
    /// command that moves money, ask for the order's state instead.
    #[error("Payture gave no usable answer; the outcome is unknown")]
    Indeterminate(#[source] BoxError),
    /// Payture said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer is none of the documented shapes. The outcome is unknown.
    #[error("Payture's answer cannot be read; the outcome is unknown")]
    #[non_exhaustive]
    Undecodable {
        /// The beginning of the body.
        body: ReplyBody,
        /// What is wrong with it.
        #[source]
        cause: DecodeError,
    },
}

impl PaytureError {
    pub(super) fn undecodable(body: &[u8], cause: DecodeError) -> Self {
        let kept = body.get(..KEPT_BODY).unwrap_or(body);
        Self::Undecodable {
            body: ReplyBody(String::from_utf8_lossy(kept).into_owned()),
            cause,
        }
    }
}

/// The beginning of an answer. It may hold personal data, so `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyBody(String);

impl ReplyBody {
    /// The text, at most 2 KiB; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyBody({} bytes)", self.0.len())
    }
}

pub(super) enum Body {
    Form(String),
    Json(String),
}

/// Posts a question: repeated twice at most when there is no answer.
pub(super) async fn post_repeatable(
    http: &reqwest::Client,
    url: &str,
    body: &Body,
) -> Result<Vec<u8>, PaytureError> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(2)
        .with_jitter();
    (|| post_once(http, url, body))
        .retry(pauses)
        .when(|error| {
            matches!(
                error,
                PaytureError::NotSent(_) | PaytureError::Indeterminate(_)
            )
        })
        .await
}

/// Posts a body, once. Cards, passwords and tokens never go into an address.
pub(super) async fn post_once(
    http: &reqwest::Client,
    url: &str,
    body: &Body,
) -> Result<Vec<u8>, PaytureError> {
    let (kind, body) = match body {
        Body::Form(form) => ("application/x-www-form-urlencoded", form),
        Body::Json(json) => ("application/json", json),
    };
    let request = http.post(url).header(CONTENT_TYPE, kind).body(body.clone());
    let mut response = request.send().await.map_err(classify)?;
    // A refusal comes with 200 too. Any other status says nothing about the command.
    if response.status() != reqwest::StatusCode::OK {
        let text = format!("HTTP {}", response.status().as_u16());
        return Err(PaytureError::Indeterminate(text.into()));
    }
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if answer.len() + chunk.len() > MAX_ANSWER {
            return Err(PaytureError::Indeterminate("the answer is too long".into()));
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// Only a request that failed before there was a connection was surely not sent.
fn classify(error: reqwest::Error) -> PaytureError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url().into();
    if not_sent {
        PaytureError::NotSent(error)
    } else {
        PaytureError::Indeterminate(error)
    }
}
