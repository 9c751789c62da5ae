use std::fmt;

use paid_once::BoxError;

use super::transport::RawReply;
use crate::api::{DecodeError, InvalidRequest, Refusal};

/// How many bytes of an unreadable reply are kept.
const KEPT_BODY: usize = 2_048;

/// Why a request to PayTR gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PaytrError {
    /// The request has values that PayTR is known to refuse. Nothing was sent.
    #[error("the request is invalid")]
    Invalid(#[from] InvalidRequest),
    /// No connection could be made. Nothing was sent.
    #[error("PayTR could not be reached")]
    NotSent(#[source] BoxError),
    /// The request was sent and its outcome is unknown. It may have had its effect: do not repeat a
    /// request that moves money, ask for the status instead.
    #[error("PayTR gave no usable answer; the outcome is unknown")]
    Indeterminate(#[source] BoxError),
    /// PayTR said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The reply is none of the known shapes. The outcome is unknown.
    #[error("PayTR's reply (HTTP {status}) cannot be read")]
    #[non_exhaustive]
    Undecodable {
        /// The HTTP status.
        status: u16,
        /// The beginning of the body.
        body: ReplyBody,
        /// What is wrong with it.
        #[source]
        cause: DecodeError,
    },
}

impl PaytrError {
    /// A stable name in `snake_case`, for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::NotSent(_) => "not_sent",
            Self::Indeterminate(_) => "indeterminate",
            Self::Refused(_) => "refused",
            Self::Undecodable { .. } => "undecodable",
        }
    }

    /// Whether the request may have had its effect all the same: it was sent, and no readable answer
    /// came back. Never send a request that moves money again then, unless its documentation says how.
    #[must_use]
    pub fn is_indeterminate(&self) -> bool {
        matches!(self, Self::Indeterminate(_) | Self::Undecodable { .. })
    }

    pub(super) fn undecodable(reply: &RawReply, cause: DecodeError) -> Self {
        let kept = reply.body.get(..KEPT_BODY).unwrap_or(&reply.body);
        Self::Undecodable {
            status: reply.status,
            body: ReplyBody(String::from_utf8_lossy(kept).into_owned()),
            cause,
        }
    }
}

/// The beginning of a reply. It may hold personal data, so `Debug` shows its length only.
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
