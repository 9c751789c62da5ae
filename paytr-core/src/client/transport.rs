//! Posting a form and reading the reply, within limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::CONTENT_TYPE;

use super::PaytrError;
use crate::api::Endpoint;

/// More than any reply has; longer ones are cut off.
const MAX_REPLY: usize = 4 * 1024 * 1024;

/// How long a request may take with its whole reply.
#[derive(Debug, Clone, Copy)]
pub(super) enum Timeout {
    /// As long as its endpoint says.
    OfEndpoint,
    /// The same for all.
    Always(Duration),
    /// Whatever the HTTP client that was given has.
    OfHttpClient,
}

impl Timeout {
    pub(super) fn of<R: Endpoint>(self) -> Option<Duration> {
        match self {
            Self::OfEndpoint => Some(R::TIMEOUT),
            Self::Always(timeout) => Some(timeout),
            Self::OfHttpClient => None,
        }
    }
}

/// One form and where it goes.
pub(super) struct Post<'a> {
    pub(super) http: &'a reqwest::Client,
    pub(super) url: String,
    pub(super) form: String,
    pub(super) timeout: Option<Duration>,
}

pub(super) struct RawReply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Posts a form that changes nothing: repeated twice at most when there is no answer.
pub(super) async fn post_repeatable(post: &Post<'_>) -> Result<RawReply, PaytrError> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(2)
        .with_jitter();
    (|| post_once(post))
        .retry(pauses)
        .when(|error| matches!(error, PaytrError::NotSent(_) | PaytrError::Indeterminate(_)))
        .await
}

/// Posts a form, once.
pub(super) async fn post_once(post: &Post<'_>) -> Result<RawReply, PaytrError> {
    let mut request = post
        .http
        .post(&post.url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(post.form.clone());
    if let Some(timeout) = post.timeout {
        request = request.timeout(timeout);
    }
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

/// A reply as it came, before it is read. See
/// [`ClientBuilder::inspect_replies`](super::ClientBuilder::inspect_replies).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct InspectedReply<'a> {
    /// The path that was asked.
    pub path: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: &'a [u8],
}

impl fmt::Debug for InspectedReply<'_> {
    /// Shows the length of the body only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InspectedReply")
            .field("path", &self.path)
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish()
    }
}

/// Who looks at replies, if anybody does.
#[derive(Clone, Default)]
pub(super) struct Inspector(Option<Arc<Look>>);

type Look = dyn Fn(&InspectedReply<'_>) + Send + Sync;

impl Inspector {
    pub(super) fn new(look: impl Fn(&InspectedReply<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    pub(super) fn show(&self, reply: &InspectedReply<'_>) {
        if let Some(look) = &self.0 {
            look(reply);
        }
    }
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some" } else { "None" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{BinLookup, Refund, StatusInquiry, TransactionReport};

    #[test]
    fn refunds_and_reports_are_waited_for_as_long_as_in_paytrs_samples() {
        let seconds = |timeout: Option<Duration>| timeout.map(|timeout| timeout.as_secs());
        let by_endpoint = Timeout::OfEndpoint;
        assert_eq!(seconds(by_endpoint.of::<Refund>()), Some(90));
        assert_eq!(seconds(by_endpoint.of::<TransactionReport>()), Some(90));
        assert_eq!(seconds(by_endpoint.of::<StatusInquiry>()), Some(20));
        assert_eq!(seconds(by_endpoint.of::<BinLookup>()), Some(20));
        let always = Timeout::Always(Duration::from_secs(7));
        assert_eq!(seconds(always.of::<Refund>()), Some(7));
        assert_eq!(Timeout::OfHttpClient.of::<Refund>(), None);
    }
}
