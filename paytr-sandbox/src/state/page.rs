use std::time::{Duration, SystemTime};

use crate::payment_request::{Channel, Kind, PaymentRequest};
use crate::{FailedReason, TestCard};

/// One payment page: what stands behind a token.
pub(crate) struct Page {
    pub(crate) request: PaymentRequest,
    pub(crate) deadline: SystemTime,
    pub(crate) step: Step,
    /// The last decline, shown above the form.
    pub(crate) declined: Option<FailedReason>,
}

/// Where the buyer is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before the form.
    Form,
    /// Asked for the code of the bank.
    ThreeDSecure(CardChoice),
    /// The notice of a transfer was sent.
    NoticeSent,
    Paid,
    /// The buyer left.
    Left,
    /// The time limit passed.
    Expired,
}

/// The card and the number of instalments the buyer chose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CardChoice {
    pub(crate) card: TestCard,
    pub(crate) installments: u8,
}

impl Page {
    pub(super) fn new(request: PaymentRequest, now: SystemTime) -> Self {
        let limit = Duration::from_secs(60).saturating_mul(request.timeout_minutes);
        Self {
            deadline: now.checked_add(limit).unwrap_or(now),
            request,
            step: Step::Form,
            declined: None,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self.step,
            Step::Form | Step::ThreeDSecure(_) | Step::NoticeSent
        )
    }

    pub(crate) fn is_card(&self) -> bool {
        matches!(self.request.kind, Kind::Card(_))
    }

    /// The path of the page behind this token.
    pub(crate) fn path(&self, token: &str) -> String {
        let folder = match (&self.request.kind, &self.request.channel) {
            (Kind::Eft(_), _) => "api",
            (Kind::Card(_), Channel::Direct(_) | Channel::BkmExpress) => "direkt",
            (Kind::Card(_), _) => "guvenli",
        };
        format!("/odeme/{folder}/{token}")
    }

    pub(super) fn total(&self, choice: CardChoice) -> u64 {
        self.request.total(choice.installments)
    }
}
