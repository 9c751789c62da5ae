//! Posting a body and reading the answer, within limits.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::CONTENT_TYPE;

use super::PaytureError;
use crate::answer::MAX_ANSWER;

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
    // A no comes with 200 too. Any other status is not Payture's word about the command.
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

/// Only what failed before a connection stood was surely not sent.
fn classify(error: reqwest::Error) -> PaytureError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url().into();
    if not_sent {
        PaytureError::NotSent(error)
    } else {
        PaytureError::Indeterminate(error)
    }
}
