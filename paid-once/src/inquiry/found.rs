use crate::{Decision, OrderKey, OrderRecord, ReviewReason};

/// An order that was asked about, as it stood before, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconciled {
    /// The order before the question.
    pub record: OrderRecord,
    /// What came of it.
    pub found: Found,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// The ledger has it as paid. Nobody was asked.
    AlreadyPaid,
    /// The provider says that it is paid, and the gate decided about each payment.
    Paid(Vec<(OrderKey, Decision)>),
    /// The provider says that it failed for good, and the gate decided.
    Failed(Decision),
    /// Not paid so far. It is asked about again later.
    NotYet,
    /// Not paid so far. It is asked about again later, however old it is.
    StaysOpen,
    /// Not paid, and its time is over: it is closed now.
    Closed,
    /// Money was found that a person must look at.
    Review(ReviewReason, Decision),
    /// The provider gave no usable answer. It is asked again later.
    Unavailable,
}

impl Found {
    /// Whether everything that was found paid is delivered, now or before, and there was something.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self {
            Self::AlreadyPaid => true,
            Self::Paid(decisions) => {
                let mut decided = decisions.iter();
                !decisions.is_empty() && decided.all(|(_, decision)| is_delivered(decision))
            }
            _ => false,
        }
    }

    /// A stable name in `snake_case`, for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AlreadyPaid => "already_paid",
            Self::Paid(_) if self.is_settled() => "settled",
            Self::Paid(_) => "paid_and_not_settled",
            Self::Failed(_) => "failed",
            Self::NotYet => "not_yet",
            Self::StaysOpen => "stays_open",
            Self::Closed => "closed",
            Self::Review(..) => "review",
            Self::Unavailable => "unavailable",
        }
    }
}

pub(super) fn is_delivered(decision: &Decision) -> bool {
    matches!(decision, Decision::Settled | Decision::Duplicate)
}

pub(super) fn needs_person(decision: &Decision) -> bool {
    matches!(
        decision,
        Decision::Mismatch(_)
            | Decision::Contradicted
            | Decision::RefusedForReview(_)
            | Decision::ConflictRecorded
            | Decision::TestPaymentRecorded
    )
}

pub(super) fn log(record: &OrderRecord, found: &Found) {
    let (order_id, found_name) = (record.order.order_id(), found.as_str());
    match found {
        Found::NotYet | Found::StaysOpen | Found::AlreadyPaid => {
            tracing::debug!(order_id, found = found_name, "asked about an order");
        }
        _ => tracing::info!(order_id, found = found_name, "asked about an order"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(decisions: &[Decision]) -> Found {
        let order = OrderKey::new("100001", "SHOP1").unwrap();
        let decisions = decisions.iter().map(|decision| (order.clone(), *decision));
        Found::Paid(decisions.collect())
    }

    #[test]
    fn only_what_is_all_delivered_is_settled() {
        let why = ReviewReason::Disputed;
        let each = [
            (Found::AlreadyPaid, "already_paid", true),
            (paid(&[Decision::Settled]), "settled", true),
            (
                paid(&[Decision::Duplicate, Decision::Settled]),
                "settled",
                true,
            ),
            (
                paid(&[Decision::Settled, Decision::Contradicted]),
                "paid_and_not_settled",
                false,
            ),
            (paid(&[]), "paid_and_not_settled", false),
            (Found::Failed(Decision::Settled), "failed", false),
            (Found::NotYet, "not_yet", false),
            (Found::StaysOpen, "stays_open", false),
            (Found::Closed, "closed", false),
            (
                Found::Review(why, Decision::RefusedForReview(why)),
                "review",
                false,
            ),
            (Found::Unavailable, "unavailable", false),
        ];
        for (found, name, is_settled) in each {
            assert_eq!((found.as_str(), found.is_settled()), (name, is_settled));
        }
    }
}
