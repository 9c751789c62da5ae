use super::{CardToken, UserToken};
use crate::api::Answer;
use crate::reply::JsonReply;
use crate::{DecodeError, RawJson};

/// What became of a charge. A notification follows in every case but a refused request; it is the
/// result of record.
#[must_use = "a charge can be declined"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// Paid.
    Paid(ChargeReply),
    /// PayTR checks it: wait for the notification. The order may still be paid.
    WaitForNotification(ChargeReply),
    /// Not paid.
    Declined(Retry, ChargeReply),
}

/// Whether a declined charge may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Not with this card: `try_again` is false. The bank closed it, for example.
    Never,
    /// Later: `try_again` is true. An earlier payment is still in progress.
    Later,
    /// PayTR did not say. It says so for recurring payments only.
    Unsaid,
}

/// The reply to a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargeReply {
    /// PayTR's text, mostly Turkish.
    pub message: Option<String>,
    /// Whose card it was, if one was stored.
    pub user: Option<UserToken>,
    /// The card, if one was stored.
    pub card: Option<CardToken>,
    /// The whole reply.
    pub raw: RawJson,
}

impl ChargeOutcome {
    /// The reply.
    #[must_use]
    pub fn reply(&self) -> &ChargeReply {
        match self {
            Self::Paid(reply) | Self::WaitForNotification(reply) | Self::Declined(_, reply) => {
                reply
            }
        }
    }
}

/// Reads `{"status":"success"|"wait_callback"|"failed","msg":…}`.
pub(super) fn decode(body: &[u8]) -> Result<Answer<ChargeOutcome>, DecodeError> {
    let reply = JsonReply::parse(body)?;
    let outcome = match reply.status()?.as_str() {
        "success" => ChargeOutcome::Paid(charge_reply(reply)),
        "wait_callback" => ChargeOutcome::WaitForNotification(charge_reply(reply)),
        "failed" => {
            let retry = match reply.flag("try_again") {
                Ok(Some(true)) => Retry::Later,
                Ok(Some(false)) => Retry::Never,
                Ok(None) | Err(_) => Retry::Unsaid,
            };
            ChargeOutcome::Declined(retry, charge_reply(reply))
        }
        "error" => return Ok(Answer::Refused(reply.refusal("charge"))),
        _ => return Err(DecodeError::Value { name: "status" }),
    };
    Ok(Answer::Success(outcome))
}

fn charge_reply(reply: JsonReply) -> ChargeReply {
    let message = ["msg", "reason", "err_msg"]
        .into_iter()
        .find_map(|name| reply.filled(name));
    ChargeReply {
        message,
        user: reply
            .filled("utoken")
            .and_then(|token| UserToken::new(&token).ok()),
        card: reply
            .filled("ctoken")
            .and_then(|token| CardToken::new(&token).ok()),
        raw: reply.into_raw(),
    }
}
