//! What a provider claims about an order.

use std::fmt;

use crate::{Money, OrderKey};

/// One verified claim by the provider about one order.
///
/// Make it only from a message whose signature was checked, or from an authenticated answer of the
/// provider: everything after this point believes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payment {
    /// The order it is about.
    pub order: OrderKey,
    /// Paid or failed.
    pub outcome: Outcome,
    /// Live money or a test.
    pub mode: Mode,
    /// The amount that the provider says the shop asked for, before any surcharge, when it says so.
    ///
    /// Providers often leave this field unsigned. It can make the gate refuse, never accept.
    pub requested: Option<Money>,
}

impl Payment {
    /// `order` was paid with `total`, in live money.
    #[must_use]
    pub fn paid(order: OrderKey, total: Money) -> Self {
        Self {
            order,
            outcome: Outcome::Paid { total },
            mode: Mode::Live,
            requested: None,
        }
    }

    /// The payment of `order` failed.
    #[must_use]
    pub fn failed(order: OrderKey, reason: FailureReason) -> Self {
        Self {
            order,
            outcome: Outcome::Failed { reason },
            mode: Mode::Live,
            requested: None,
        }
    }

    /// The same payment in another mode.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// The same payment with the amount that the provider says was asked for.
    #[must_use]
    pub fn with_requested(mut self, requested: Option<Money>) -> Self {
        self.requested = requested;
        self
    }

    /// The total, if the payment succeeded.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        match self.outcome {
            Outcome::Paid { total } => Some(total),
            Outcome::Failed { .. } => None,
        }
    }
}

/// How a payment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The buyer paid.
    Paid {
        /// What the provider collected.
        total: Money,
    },
    /// The buyer did not pay. Not final: a success may follow for the same order.
    Failed {
        /// Why, as far as the provider tells.
        reason: FailureReason,
    },
}

impl Outcome {
    /// Whether the buyer paid.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        matches!(self, Self::Paid { .. })
    }
}

/// Why a payment failed, in the provider's words. Often unsigned: for display, not for decisions.
///
/// The text may hold anything, so `Debug` shows the code only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FailureReason {
    /// The provider's code, when there is one.
    pub code: Option<String>,
    /// The provider's text, when there is one. May be shown to the buyer after escaping.
    pub message: Option<String>,
}

impl fmt::Debug for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailureReason")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Whether money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Real money.
    Live,
    /// A test: no money, but signatures are as valid as in live mode.
    Test,
}
