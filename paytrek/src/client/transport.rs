//! Sending a call and reading the reply, within limits.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use super::error::RawReply;
use super::{PaytrekClient, PaytrekError};
use crate::api::{Call, Method};

/// More than any reply has; longer ones are not read.
const MAX_REPLY: usize = 1024 * 1024;

impl PaytrekClient {
    /// Sends a call that changes nothing: repeated twice at most when there is no answer.
    pub(super) async fn send_repeatable(&self, call: &Call) -> Result<RawReply, PaytrekError> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        (|| self.send_once(call))
            .retry(pauses)
            .when(|error| {
                matches!(
                    error,
                    PaytrekError::NotSent(_) | PaytrekError::Indeterminate(_)
                )
            })
            .await
    }

    /// Sends a call, once.
    pub(super) async fn send_once(&self, call: &Call) -> Result<RawReply, PaytrekError> {
        let url = self.host.join(call.path());
        let request = match call.method() {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
            Method::Put => self.http.put(url),
            Method::Delete => self.http.delete(url),
        };
        let request = request
            .header(AUTHORIZATION, self.authorization()?)
            .header(CONTENT_TYPE, "application/json");
        let request = match call.body() {
            Some(body) => request.body(body.to_owned()),
            None => request,
        };
        let mut response = request.send().await.map_err(classify)?;
        let status = response.status();
        // A redirect of a POST loses its body, and one of a GET would take the credentials along.
        if status.is_server_error() || status.is_redirection() {
            let text = format!("HTTP {}", status.as_u16());
            return Err(PaytrekError::Indeterminate(text.into()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(classify)? {
            if body.len() + chunk.len() > MAX_REPLY {
                return Err(PaytrekError::Indeterminate("the reply is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(RawReply {
            status: status.as_u16(),
            body,
        })
    }

    fn authorization(&self) -> Result<HeaderValue, PaytrekError> {
        // Base64 always is a header value; an error would not show it.
        let mut value = HeaderValue::from_str(self.credentials.authorization())
            .map_err(|error| PaytrekError::NotSent(error.into()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Only what failed before a connection stood was surely not sent.
fn classify(error: reqwest::Error) -> PaytrekError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url().into();
    if not_sent {
        PaytrekError::NotSent(error)
    } else {
        PaytrekError::Indeterminate(error)
    }
}
