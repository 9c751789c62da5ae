use paid_once::BoxError;
use paid_once_http::{Reply, ReplyBody, SendError};

use crate::api::{DecodeError, InvalidRequest, Refusal};

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
    /// PayTR refused the request.
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

    pub(super) fn undecodable(reply: &Reply, cause: DecodeError) -> Self {
        Self::Undecodable {
            status: reply.status,
            body: reply.beginning(),
            cause,
        }
    }
}

impl From<SendError> for PaytrError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent(cause) => Self::NotSent(cause),
            SendError::Indeterminate(cause) => Self::Indeterminate(cause),
        }
    }
}
