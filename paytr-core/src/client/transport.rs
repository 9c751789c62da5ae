//! Posting a form and reading the reply, within limits.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::CONTENT_TYPE;

use super::PaytrError;

/// More than any reply has; longer ones are cut off.
const MAX_REPLY: usize = 4 * 1024 * 1024;

pub(super) struct RawReply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Posts a form that changes nothing: repeated twice at most when there is no answer.
pub(super) async fn post_repeatable(
    http: &reqwest::Client,
    url: &str,
    form: &str,
) -> Result<RawReply, PaytrError> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(2)
        .with_jitter();
    (|| post_once(http, url, form))
        .retry(pauses)
        .when(|error| matches!(error, PaytrError::NotSent(_) | PaytrError::Indeterminate(_)))
        .await
}

/// Posts a form, once.
pub(super) async fn post_once(
    http: &reqwest::Client,
    url: &str,
    form: &str,
) -> Result<RawReply, PaytrError> {
    let request = http
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.to_owned());
    let mut response = request.send().await.map_err(classify)?;
    let status = response.status();
    // Errors are carried in the body with any status below 500; a redirect of a POST loses its body.
    if status.is_server_error() || status.is_redirection() {
        let text = format!("HTTP {}", status.as_u16());
        return Err(PaytrError::Indeterminate(text.into()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(PaytrError::Indeterminate("the reply is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RawReply {
        status: status.as_u16(),
        body,
    })
}

/// Only what failed before a connection stood was surely not sent.
fn classify(error: reqwest::Error) -> PaytrError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url().into();
    if not_sent {
        PaytrError::NotSent(error)
    } else {
        PaytrError::Indeterminate(error)
    }
}
