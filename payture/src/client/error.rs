use std::fmt;

use paid_once::BoxError;

use crate::answer::{DecodeError, Refusal};
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
