use std::time::Duration;

use paid_once::{Decision, HandlerFailure, Mismatch, ReviewReason};

use super::{Event, HintError};
use crate::errors::ErrorCode;
use crate::states::State;

/// What became of a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a notification is answered by its disposition"]
pub enum Disposition {
    /// Handled now, durably.
    Settled,
    /// Settled before, by the shop's own record. Payture was not asked.
    AlreadySettled,
    /// Held and not captured: reserve the goods, then charge or release the hold.
    HoldOnly,
    /// Nothing was taken.
    NotPaid(State),
    /// Payture knows no such order, or its time is over.
    NotThere(ErrorCode),
    /// Given back in full before it was ever settled; recorded for review.
    Refunded,
    /// The cardholder disputes it, and it was never settled; recorded for review.
    Disputed,
    /// Really charged, with another amount or currency than expected; recorded for review. A person must
    /// look: this is not "not paid".
    Mismatch(Mismatch),
    /// Charged on another terminal; recorded for review.
    WrongTerminal,
    /// The money is on another terminal; recorded for review.
    Forwarded,
    /// Settled before with another total; recorded for review.
    ConflictRecorded,
    /// A test payment where live ones are expected; recorded for review.
    TestPaymentRecorded,
    /// Not delivered; recorded for review.
    RefusedForReview(ReviewReason),
    /// The answer was about another order.
    OtherOrder,
    /// Not known now, such as `PendingRefund` or `Error`: ask again later.
    LookAgain(State),
    /// This shop opened no such order on this terminal. Payture was not asked.
    UnknownOrder,
    /// An event that brings no order nearer to "paid". Payture was not asked.
    Ignored(Event),
    /// Not a notification.
    Malformed(HintError),
    /// Another hint for the same order is being handled.
    InProgress {
        /// When asking again makes sense, at the latest.
        retry_after: Duration,
    },
    /// The handler did not succeed. The next hint runs it again.
    HandlerFailed(HandlerFailure),
    /// Something that the decision needs did not answer.
    Unavailable(Missing),
}

/// What did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// The order ledger.
    Ledger,
    /// Payture.
    GetState,
}

/// What to answer Payture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, `text/plain`. Never repeats anything that was sent.
    pub body: &'static str,
    /// The value of `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

impl Disposition {
    /// What to answer a notification. 200 ends it; anything else asks Payture to come again, where its
    /// support has set that up. It is answered only where coming again would help.
    ///
    /// | disposition | status | body |
    /// |---|---|---|
    /// | malformed · too long | 400 · 413 | `bad request` · `too large` |
    /// | handler failed | 500 | `handler error` |
    /// | in progress · look again · another order · unavailable | 503 | `try again` |
    /// | every other | 200 | `OK` |
    #[must_use]
    pub fn reply(&self) -> Reply {
        let reply = |status, body, retry_after| Reply {
            status,
            body,
            retry_after,
        };
        match self {
            Self::Malformed(HintError::TooLong) => reply(413, "too large", None),
            Self::Malformed(_) => reply(400, "bad request", None),
            Self::HandlerFailed(_) => reply(500, "handler error", None),
            Self::InProgress { retry_after } => {
                let seconds = retry_after.as_millis().div_ceil(1_000).max(1);
                reply(503, "try again", u64::try_from(seconds).ok())
            }
            Self::LookAgain(_) | Self::OtherOrder | Self::Unavailable(_) => {
                reply(503, "try again", Some(15))
            }
            _ => reply(200, "OK", None),
        }
    }

    /// Whether the order is settled, now or before.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Settled | Self::AlreadySettled)
    }

    /// A stable name in `snake_case`, for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::AlreadySettled => "already_settled",
            Self::HoldOnly => "hold_only",
            Self::NotPaid(_) => "not_paid",
            Self::NotThere(_) => "not_there",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::Mismatch(Mismatch::UnknownOrder) | Self::UnknownOrder => "unknown_order",
            Self::Mismatch(Mismatch::Amount { .. }) => "amount_mismatch",
            Self::Mismatch(Mismatch::Currency { .. }) => "currency_mismatch",
            Self::WrongTerminal => "wrong_terminal",
            Self::Forwarded => "forwarded",
            Self::ConflictRecorded => "conflict",
            Self::TestPaymentRecorded => "test_payment",
            Self::RefusedForReview(_) => "refused_for_review",
            Self::OtherOrder => "other_order",
            Self::LookAgain(_) => "look_again",
            Self::Ignored(_) => "ignored",
            Self::Malformed(_) => "malformed",
            Self::InProgress { .. } => "in_progress",
            Self::HandlerFailed(_) => "handler_failed",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

impl From<Decision> for Disposition {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Settled => Self::Settled,
            Decision::Duplicate | Decision::Superseded => Self::AlreadySettled,
            Decision::ConflictRecorded => Self::ConflictRecorded,
            Decision::TestPaymentRecorded => Self::TestPaymentRecorded,
            Decision::Mismatch(mismatch) => Self::Mismatch(mismatch),
            Decision::RefusedForReview(why) => Self::RefusedForReview(why),
            Decision::InProgress { retry_after } => Self::InProgress { retry_after },
            Decision::HandlerFailed(failure) => Self::HandlerFailed(failure),
            Decision::Contradicted => Self::OtherOrder,
            Decision::Unavailable(_) => Self::Unavailable(Missing::Ledger),
        }
    }
}
