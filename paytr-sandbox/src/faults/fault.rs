use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Something that goes wrong. Times are the sandbox clock's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The notification is sent several times at the same moment.
    Duplicate {
        /// How many come on top, 1 to 100.
        copies: u8,
    },
    /// The notification is sent later.
    Delay {
        /// How much later.
        by: Duration,
    },
    /// The notification is held back until another one has gone out, so that they swap.
    Reorder {
        /// How long at most.
        at_most: Duration,
    },
    /// The notification never arrives.
    Drop,
    /// The notification arrives; the shop's answer does not.
    LoseReply,
    /// Before the notification comes another one with a right signature and another total.
    WrongTotal {
        /// What is added to the total, in minor units; not 0.
        by: i64,
    },
    /// Before the notification comes another one that names another currency.
    OtherCurrency {
        /// Which.
        currency: &'static str,
    },
    /// Before the notification comes a success that somebody without the key has made up.
    Forged,
    /// Before the notification comes one that says that the buyer left (`failed`, code 6).
    LateAfterCancel {
        /// How much later the notification itself is sent.
        by: Duration,
    },
    /// An endpoint of PayTR answers later.
    SlowAnswer {
        /// How much later.
        by: Duration,
    },
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// [`Fault::Duplicate`].
    Duplicate,
    /// [`Fault::Delay`].
    Delay,
    /// [`Fault::Reorder`].
    Reorder,
    /// [`Fault::Drop`].
    Drop,
    /// [`Fault::LoseReply`].
    LoseReply,
    /// [`Fault::WrongTotal`].
    WrongTotal,
    /// [`Fault::OtherCurrency`].
    OtherCurrency,
    /// [`Fault::Forged`].
    Forged,
    /// [`Fault::LateAfterCancel`].
    LateAfterCancel,
    /// [`Fault::SlowAnswer`].
    SlowAnswer,
}

impl Fault {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> FaultKind {
        match self {
            Self::Duplicate { .. } => FaultKind::Duplicate,
            Self::Delay { .. } => FaultKind::Delay,
            Self::Reorder { .. } => FaultKind::Reorder,
            Self::Drop => FaultKind::Drop,
            Self::LoseReply => FaultKind::LoseReply,
            Self::WrongTotal { .. } => FaultKind::WrongTotal,
            Self::OtherCurrency { .. } => FaultKind::OtherCurrency,
            Self::Forged => FaultKind::Forged,
            Self::LateAfterCancel { .. } => FaultKind::LateAfterCancel,
            Self::SlowAnswer { .. } => FaultKind::SlowAnswer,
        }
    }
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Duplicate,
        Self::Delay,
        Self::Reorder,
        Self::Drop,
        Self::LoseReply,
        Self::WrongTotal,
        Self::OtherCurrency,
        Self::Forged,
        Self::LateAfterCancel,
        Self::SlowAnswer,
    ];

    /// The name in plan files and attempts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Delay => "delay",
            Self::Reorder => "reorder",
            Self::Drop => "drop",
            Self::LoseReply => "lose_reply",
            Self::WrongTotal => "wrong_total",
            Self::OtherCurrency => "other_currency",
            Self::Forged => "forged",
            Self::LateAfterCancel => "late_after_cancel",
            Self::SlowAnswer => "slow_answer",
        }
    }

    /// Whether it makes sense for a success only.
    pub(crate) fn concerns_successes_only(self) -> bool {
        matches!(
            self,
            Self::WrongTotal | Self::OtherCurrency | Self::LateAfterCancel
        )
    }

    /// Whether an attempt with this fault came on top of the notification's own.
    pub(crate) fn is_on_top(self) -> bool {
        !matches!(self, Self::Drop | Self::LoseReply)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
