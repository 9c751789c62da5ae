use paid_once::{Decision, StoreError};

use super::Rejection;
use crate::{PaytrekError, SaleStatus};

/// What became of one look at an order's sale.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "the buyer waits to be told"]
pub enum Verdict {
    /// The shop's own record says that it is settled. Paytrek was not asked.
    AlreadySettled,
    /// The sale is paid, and the gate decided: see [`Decision`]. Only
    /// [`is_settled`](Self::is_settled) means that the buyer has paid for this order.
    Decided(Decision),
    /// The money is held: [capture](crate::api::Capture) the sale and settle again. A sale in fraud review is
    /// held too; a person accepts it, perhaps hours later.
    Held(SaleStatus),
    /// It is not paid so far.
    NotPaid(SaleStatus),
    /// It was never paid and expired. The handler got a failure; a success may still follow.
    Expired(Decision),
    /// Money went back before the sale was settled. Nothing is delivered; recorded for review.
    RefundedBefore,
    /// A second sale of the same order is paid as well. Nothing is delivered for it; it is recorded for
    /// review, as a conflict: refund it.
    SecondSale,
    /// This is not the order's sale.
    Rejected(Rejection),
    /// The sale could not be read. Ask again later.
    Unread(Box<PaytrekError>),
    /// The ledger did not answer. Ask again later.
    StoreUnavailable(StoreError),
}

impl Verdict {
    /// Whether this order is paid and handled, now or before.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::AlreadySettled | Self::Decided(Decision::Settled | Decision::Duplicate)
        )
    }

    /// Whether asking again later may bring something else.
    #[must_use]
    pub fn may_change(&self) -> bool {
        match self {
            Self::Held(_) | Self::NotPaid(_) | Self::Unread(_) | Self::StoreUnavailable(_) => true,
            Self::Decided(decision) | Self::Expired(decision) => !decision.is_acknowledged(),
            _ => false,
        }
    }

    /// A name in `snake_case`, for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AlreadySettled => "already_settled",
            Self::Decided(Decision::Settled) => "settled",
            Self::Decided(Decision::Duplicate) => "duplicate",
            Self::Decided(Decision::Mismatch(_)) => "mismatch",
            Self::Decided(Decision::InProgress { .. }) => "in_progress",
            Self::Decided(Decision::TestPaymentRecorded) => "test_payment",
            Self::Decided(_) => "not_settled",
            Self::Held(_) => "held",
            Self::NotPaid(_) => "not_paid",
            Self::Expired(_) => "expired",
            Self::RefundedBefore => "refunded_before",
            Self::SecondSale => "second_sale",
            Self::Rejected(_) => "rejected",
            Self::Unread(_) => "unread",
            Self::StoreUnavailable(_) => "store_unavailable",
        }
    }
}
