//! Posting a body and reading the answer, and what can go wrong on the way.

use paid_once::BoxError;
use paid_once_http::{Replies, Reply, ReplyBody, SendError};
use reqwest::header::CONTENT_TYPE;

use crate::answer::{DecodeError, MAX_ANSWER, Refusal};
use crate::commands::{Effect, InvalidRequest};

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
    /// Payture refused the command.
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
    pub(super) fn undecodable(reply: &Reply, cause: DecodeError) -> Self {
        Self::Undecodable {
            body: reply.beginning(),
            cause,
        }
    }
}

impl From<SendError> for PaytureError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent(cause) => Self::NotSent(cause),
            SendError::Indeterminate(cause) => Self::Indeterminate(cause),
        }
    }
}

pub(super) enum Body {
    Form(String),
    Json(String),
}

/// A refusal comes with 200 too. Any other status says nothing about the command.
const REPLIES: Replies = Replies {
    is_answer: |status| status == 200,
    longest: MAX_ANSWER,
};

/// Posts a body: once, unless it is a question. Cards, passwords and tokens never go into an address.
pub(super) async fn post(
    http: &reqwest::Client,
    url: &str,
    body: Body,
    effect: Effect,
) -> Result<Reply, PaytureError> {
    let (kind, body) = match body {
        Body::Form(form) => ("application/x-www-form-urlencoded", form),
        Body::Json(json) => ("application/json", json),
    };
    let request = http.post(url).header(CONTENT_TYPE, kind).body(body);
    Ok(match effect {
        Effect::ReadOnly => REPLIES.repeatable(request).await?,
        Effect::Changes | Effect::MovesMoney => REPLIES.once(request).await?,
    })
}
