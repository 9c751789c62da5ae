use std::fmt;

use paid_once::BoxError;
use paid_once_http::{Reply, ReplyBody, SendError};

use crate::DecodeError;
use crate::api::{InvalidRequest, PaymentError};
use crate::json::Object;

/// Why a request to Paytrek gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PaytrekError {
    /// The request has values that cannot be sent. Nothing was sent.
    #[error("the request is invalid")]
    Invalid(#[from] InvalidRequest),
    /// No connection could be made. Nothing was sent.
    #[error("Paytrek could not be reached")]
    NotSent(#[source] BoxError),
    /// The request was sent and its outcome is unknown. It may have had its effect: do not repeat a request
    /// that moves money, read the sale instead.
    #[error("Paytrek gave no usable answer; the outcome is unknown")]
    Indeterminate(#[source] BoxError),
    /// Paytrek refused the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The reply is none of the known shapes, or is about something else. The outcome is unknown.
    #[error("Paytrek's reply (HTTP {status}) cannot be read")]
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

impl PaytrekError {
    /// Whether the request may have had its effect in spite of the error.
    #[must_use]
    pub fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Invalid(_) | Self::NotSent(_) => false,
            Self::Indeterminate(_) | Self::Undecodable { .. } => true,
            Self::Refused(refusal) => refusal.error.leaves_outcome_open(),
        }
    }

    pub(super) fn undecodable(reply: &Reply, cause: DecodeError) -> Self {
        Self::Undecodable {
            status: reply.status,
            body: reply.beginning(),
            cause,
        }
    }

    /// A reply whose status is not that of a success: 400 to 499 is a refusal, whatever its body.
    pub(super) fn of_failure(reply: &Reply) -> Self {
        match reply.status {
            // The server gave up waiting for the request; it may have acted on what it had read by then.
            408 => Self::Indeterminate("HTTP 408".into()),
            400..=499 => {
                let error = Object::parse(&reply.body).map(|body| PaymentError::beside(&body));
                Self::Refused(Refusal::new(reply, error.unwrap_or_default()))
            }
            _ => Self::undecodable(reply, DecodeError::Status),
        }
    }
}

impl From<SendError> for PaytrekError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent(cause) => Self::NotSent(cause),
            SendError::Indeterminate(cause) => Self::Indeterminate(cause),
        }
    }
}

/// Paytrek refused the request.
///
/// The shape of a refused request's body is not documented (`error` or `errors` in it, by other clients):
/// the beginning of it is kept as it came. It is shown nowhere, because it may repeat what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status: 200 when the reply itself says no.
    pub status: u16,
    /// The code and the messages, as far as Paytrek tells.
    pub error: PaymentError,
    /// The beginning of the body.
    pub body: ReplyBody,
}

impl Refusal {
    pub(super) fn new(reply: &Reply, error: PaymentError) -> Self {
        Self {
            status: reply.status,
            error,
            body: reply.beginning(),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paytrek refused the request (HTTP {})", self.status)?;
        match self.error.code.as_ref().filter(|code| code.is_shown()) {
            Some(code) => match code.merchant_message() {
                Some(meaning) => write!(f, ": {code}, {meaning}"),
                None => write!(f, ": {code}"),
            },
            None => Ok(()),
        }
    }
}
