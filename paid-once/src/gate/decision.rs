use std::time::Duration;

use super::ClaimedPayment;
use crate::{Mismatch, ReviewReason};

/// The result of the steps before the handler.
#[derive(Debug)]
#[must_use = "a claimed payment must be run, settled or released"]
pub enum Admission {
    /// The payment is claimed. Handle it.
    Claimed(ClaimedPayment),
    /// There is nothing to handle.
    Decided(Decision),
}

/// What became of one payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "the provider must be told"]
pub enum Decision {
    /// Handled and durably settled. Acknowledge.
    Settled,
    /// Settled before. Acknowledge.
    Duplicate,
    /// A failure after a settled success. Acknowledge.
    Superseded,
    /// A success with another total than the settled one, recorded for review. Acknowledge.
    ConflictRecorded,
    /// A test payment where live ones are expected, recorded for review. Acknowledge.
    TestPaymentRecorded,
    /// The payment does not match the shop's records; recorded for review. Refuse.
    Mismatch(Mismatch),
    /// The provider, asked again, contradicted itself; recorded for review. Refuse.
    Contradicted,
    /// The payment cannot be delivered as it is told; recorded for review. Refuse.
    RefusedForReview(ReviewReason),
    /// Another delivery is being handled. Ask again later.
    InProgress {
        /// When asking again makes sense, at the latest.
        retry_after: Duration,
    },
    /// The handler did not succeed. Ask again.
    HandlerFailed(HandlerFailure),
    /// Something the decision needs did not answer. Ask again.
    Unavailable(Unavailable),
}

impl Decision {
    /// Whether the provider may stop repeating the message.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        matches!(
            self,
            Self::Settled
                | Self::Duplicate
                | Self::Superseded
                | Self::ConflictRecorded
                | Self::TestPaymentRecorded
        )
    }
}

/// How a handler did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HandlerFailure {
    /// It returned an error.
    Error,
    /// It panicked.
    Panicked,
    /// It took longer than its time limit.
    TimedOut,
    /// It outlived its lease and another delivery took over.
    LeaseLost,
    /// It was dropped before it ended.
    Interrupted,
}

impl HandlerFailure {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Panicked,
        Self::TimedOut,
        Self::LeaseLost,
        Self::Interrupted,
    ];

    /// A stable name in `snake_case`, for stores and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panicked => "panicked",
            Self::TimedOut => "timed_out",
            Self::LeaseLost => "lease_lost",
            Self::Interrupted => "interrupted",
        }
    }

    /// The kind with this [name](Self::as_str).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// The order store.
    Store,
    /// The shop's record of expected amounts.
    ExpectedAmount,
    /// The provider, asked again.
    ReadBack,
}
