//! What became of a notification, and the one table of what PayTR is told.

use std::time::Duration;

use paid_once::{Decision, HandlerFailure, Mismatch, ReviewReason, Unavailable};

use crate::callback::CallbackError;

/// What became of one notification. [`reply`](Self::reply) says what to answer.
///
/// Every framework crate uses this table, so that all of them answer the same bytes. Middleware may
/// read it from the response extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "PayTR must be answered"]
#[non_exhaustive]
pub enum Disposition {
    /// Handled and durably settled.
    Settled,
    /// Handled; a notice, which has nothing to settle.
    Handled,
    /// Settled before.
    Duplicate,
    /// A failure after a settled success.
    Superseded,
    /// A success with another total than the settled one, recorded for review.
    ConflictRecorded,
    /// A test payment where live ones are expected, recorded for review.
    TestPaymentRecorded,
    /// Not a notification of the kind that is taken here, or not signed by PayTR.
    Refused(CallbackError),
    /// The total or the currency does not match the shop's records; recorded for review.
    AmountMismatch,
    /// The shop knows no such order; recorded for review.
    UnknownOrder,
    /// A field that decides whether the payment may be delivered cannot be read; recorded for review.
    RefusedForReview(ReviewReason),
    /// Not a POST.
    MethodNotAllowed,
    /// Not a plain `application/x-www-form-urlencoded` body.
    UnsupportedMediaType,
    /// The body is larger than the limit.
    TooLarge,
    /// The body took longer than the deadline.
    TooSlow,
    /// Another delivery of the same payment is being handled.
    InProgress {
        /// When asking again makes sense, at the latest.
        retry_after: Duration,
    },
    /// The handler failed, panicked, ran out of time or outlived its lease.
    HandlerFailed(HandlerFailure),
    /// The store, the ledger or the read-back did not answer.
    Unavailable(Unavailable),
}

/// An answer to PayTR: always `text/plain; charset=utf-8`, never with a field of the request in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: &'static str,
    /// The `Retry-After` header, in whole seconds, at least 1.
    pub retry_after: Option<u64>,
    /// The `Allow` header.
    pub allow: Option<&'static str>,
}

impl Reply {
    /// The `Content-Type` of every reply.
    pub const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";

    const fn new(status: u16, body: &'static str) -> Self {
        Self {
            status,
            body,
            retry_after: None,
            allow: None,
        }
    }
}

impl Disposition {
    /// What to answer. `OK` means that PayTR may stop repeating the notification; everything else
    /// makes it ask again.
    #[must_use]
    pub fn reply(&self) -> Reply {
        match self {
            Self::Settled
            | Self::Handled
            | Self::Duplicate
            | Self::Superseded
            | Self::ConflictRecorded
            | Self::TestPaymentRecorded => Reply::new(200, "OK"),
            Self::Refused(CallbackError::BadHash) => {
                Reply::new(400, "PAYTR notification failed: bad hash")
            }
            Self::Refused(CallbackError::Malformed(_)) | Self::RefusedForReview(_) => {
                Reply::new(400, "PAYTR notification failed: bad request")
            }
            Self::AmountMismatch => Reply::new(400, "PAYTR notification failed: amount mismatch"),
            Self::UnknownOrder => Reply::new(400, "PAYTR notification failed: unknown order"),
            Self::MethodNotAllowed => Reply {
                allow: Some("POST"),
                ..Reply::new(405, "PAYTR notification failed: method not allowed")
            },
            Self::UnsupportedMediaType => {
                Reply::new(415, "PAYTR notification failed: unsupported media type")
            }
            Self::TooLarge => Reply::new(413, "PAYTR notification failed: too large"),
            Self::TooSlow => Reply::new(408, "PAYTR notification failed: too slow"),
            Self::InProgress { retry_after } => Reply {
                retry_after: Some(whole_seconds(*retry_after)),
                ..Reply::new(503, "PAYTR notification failed: in progress")
            },
            Self::HandlerFailed(_) => Reply::new(500, "PAYTR notification failed: handler error"),
            Self::Unavailable(_) => Reply::new(503, "PAYTR notification failed: unavailable"),
        }
    }

    /// Whether PayTR is told `OK`.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.reply().status == 200
    }

    /// A stable name in `snake_case`, for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Handled => "handled",
            Self::Duplicate => "duplicate",
            Self::Superseded => "superseded",
            Self::ConflictRecorded => "conflict_recorded",
            Self::TestPaymentRecorded => "test_payment_recorded",
            Self::Refused(CallbackError::BadHash) => "bad_hash",
            Self::Refused(CallbackError::Malformed(_)) => "malformed",
            Self::AmountMismatch => "amount_mismatch",
            Self::UnknownOrder => "unknown_order",
            Self::RefusedForReview(_) => "refused_for_review",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::InProgress { .. } => "in_progress",
            Self::HandlerFailed(_) => "handler_failed",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// Rounded up: coming back too early would only be told the same.
fn whole_seconds(duration: Duration) -> u64 {
    let rounded_up = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    rounded_up.max(1)
}

impl From<CallbackError> for Disposition {
    fn from(error: CallbackError) -> Self {
        Self::Refused(error)
    }
}

impl From<Decision> for Disposition {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Settled => Self::Settled,
            Decision::Duplicate => Self::Duplicate,
            Decision::Superseded => Self::Superseded,
            Decision::ConflictRecorded => Self::ConflictRecorded,
            Decision::TestPaymentRecorded => Self::TestPaymentRecorded,
            Decision::Mismatch(Mismatch::UnknownOrder) => Self::UnknownOrder,
            Decision::Mismatch(
                Mismatch::Amount { .. }
                | Mismatch::SurchargeTooHigh { .. }
                | Mismatch::Currency { .. },
            )
            | Decision::Contradicted => Self::AmountMismatch,
            Decision::RefusedForReview(why) => Self::RefusedForReview(why),
            Decision::InProgress { retry_after } => Self::InProgress { retry_after },
            Decision::HandlerFailed(failure) => Self::HandlerFailed(failure),
            Decision::Unavailable(what) => Self::Unavailable(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::GrammarError;

    #[test]
    fn every_reply_is_the_documented_one() {
        let busy = Disposition::InProgress {
            retry_after: Duration::from_millis(1_200),
        };
        let malformed = CallbackError::Malformed(GrammarError::Missing { name: "hash" });
        let table = [
            (Disposition::Settled, 200, "OK"),
            (Disposition::Handled, 200, "OK"),
            (Disposition::Duplicate, 200, "OK"),
            (Disposition::Superseded, 200, "OK"),
            (Disposition::ConflictRecorded, 200, "OK"),
            (Disposition::TestPaymentRecorded, 200, "OK"),
            (
                malformed.into(),
                400,
                "PAYTR notification failed: bad request",
            ),
            (
                CallbackError::BadHash.into(),
                400,
                "PAYTR notification failed: bad hash",
            ),
            (
                Disposition::AmountMismatch,
                400,
                "PAYTR notification failed: amount mismatch",
            ),
            (
                Disposition::UnknownOrder,
                400,
                "PAYTR notification failed: unknown order",
            ),
            (
                Disposition::RefusedForReview(ReviewReason::UnreadableCurrency),
                400,
                "PAYTR notification failed: bad request",
            ),
            (
                Disposition::MethodNotAllowed,
                405,
                "PAYTR notification failed: method not allowed",
            ),
            (
                Disposition::UnsupportedMediaType,
                415,
                "PAYTR notification failed: unsupported media type",
            ),
            (
                Disposition::TooLarge,
                413,
                "PAYTR notification failed: too large",
            ),
            (
                Disposition::TooSlow,
                408,
                "PAYTR notification failed: too slow",
            ),
            (busy, 503, "PAYTR notification failed: in progress"),
            (
                Disposition::HandlerFailed(HandlerFailure::Error),
                500,
                "PAYTR notification failed: handler error",
            ),
            (
                Disposition::Unavailable(Unavailable::Store),
                503,
                "PAYTR notification failed: unavailable",
            ),
        ];
        for (disposition, status, body) in table {
            let reply = disposition.reply();
            assert_eq!(
                (reply.status, reply.body),
                (status, body),
                "{disposition:?}"
            );
            assert_eq!(disposition.is_acknowledged(), body == "OK");
            let method = (status == 405).then_some("POST");
            assert_eq!(reply.allow, method, "{disposition:?}");
            let later = (disposition == busy).then_some(2);
            assert_eq!(reply.retry_after, later, "{disposition:?}");
        }
    }

    #[test]
    fn seconds_to_wait_are_rounded_up_and_at_least_one() {
        for (milliseconds, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (2_000, 2)] {
            let wait = Duration::from_millis(milliseconds);
            assert_eq!(whole_seconds(wait), seconds, "{wait:?}");
        }
    }

    #[test]
    fn each_disposition_has_a_name_of_its_own() {
        let why = ReviewReason::UnreadableCurrency;
        let malformed = CallbackError::Malformed(GrammarError::Missing { name: "hash" });
        let retry_after = Duration::from_secs(1);
        let table = [
            (Disposition::Settled, "settled"),
            (Disposition::Handled, "handled"),
            (Disposition::Duplicate, "duplicate"),
            (Disposition::Superseded, "superseded"),
            (Disposition::ConflictRecorded, "conflict_recorded"),
            (Disposition::TestPaymentRecorded, "test_payment_recorded"),
            (CallbackError::BadHash.into(), "bad_hash"),
            (malformed.into(), "malformed"),
            (Disposition::AmountMismatch, "amount_mismatch"),
            (Disposition::UnknownOrder, "unknown_order"),
            (Disposition::RefusedForReview(why), "refused_for_review"),
            (Disposition::MethodNotAllowed, "method_not_allowed"),
            (Disposition::UnsupportedMediaType, "unsupported_media_type"),
            (Disposition::TooLarge, "too_large"),
            (Disposition::TooSlow, "too_slow"),
            (Disposition::InProgress { retry_after }, "in_progress"),
            (
                Disposition::HandlerFailed(HandlerFailure::Error),
                "handler_failed",
            ),
            (Disposition::Unavailable(Unavailable::Store), "unavailable"),
        ];
        for (disposition, name) in table {
            assert_eq!(disposition.as_str(), name);
        }
    }
}
