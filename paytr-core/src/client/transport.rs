//! How long a request may take, which replies are read, and who looks at them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once_http::Replies;

use crate::api::Endpoint;

/// Errors are carried in the body with any status below 500; a redirect of a POST loses its body. No reply has
/// 4 MiB.
pub(super) const REPLIES: Replies = Replies {
    is_answer: |status| !matches!(status, 300..=399 | 500..),
    longest: 4 * 1024 * 1024,
};

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
