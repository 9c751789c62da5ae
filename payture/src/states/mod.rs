//! How an order stands at Payture, and what that means for its money.

mod money;

pub use money::{Hold, PaidOrder};

use std::fmt;

use paid_once::Money;

/// What a state says about the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Funds {
    /// None was taken.
    None,
    /// Held, not captured.
    Held,
    /// Captured.
    Taken,
    /// Captured and returned in full.
    Returned,
    /// Captured and disputed.
    Disputed,
    /// Elsewhere: on another terminal.
    Elsewhere,
    /// Not known: ask again later.
    Unknown,
}

macro_rules! states {
    ($($name:ident $wire:literal $funds:ident $meaning:literal;)+) => {
        /// The state of an order: an open set. Compared without regard to case.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum State {
            $(
                #[doc = concat!("`", $wire, "`: ", $meaning, ".")]
                $name,
            )+
            /// `Pending…`: an operation is still running, up to 72 hours. The text is the whole state.
            Pending(String),
            /// Any other. It is "not paid, look again".
            Other(String),
        }

        impl State {
            /// Every state that has a name of its own.
            pub const KNOWN: &[Self] = &[$(Self::$name),+];

            /// Reads a state.
            #[must_use]
            pub fn from_wire(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($wire) {
                    return Self::$name;
                })+
                let start = text.get(..7).unwrap_or_default();
                if start.eq_ignore_ascii_case("Pending") {
                    Self::Pending(text.to_owned())
                } else {
                    Self::Other(text.to_owned())
                }
            }

            /// The state as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $wire,)+
                    Self::Pending(text) | Self::Other(text) => text,
                }
            }

            /// What it says about the money.
            #[must_use]
            pub fn funds(&self) -> Funds {
                match self {
                    $(Self::$name => Funds::$funds,)+
                    Self::Pending(_) | Self::Other(_) => Funds::Unknown,
                }
            }

            /// What it means.
            #[must_use]
            pub fn meaning(&self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)+
                    Self::Pending(_) => "an operation is still running, up to 72 hours",
                    Self::Other(_) => "a state that is not documented",
                }
            }
        }
    };
}

states! {
    New "New" None "created, nothing done";
    PreAuthorized3ds "PreAuthorized3DS" None "waiting for the cardholder";
    PreAuthorizedAf "PreAuthorizedAF" None "waiting for the antifraud, in old answers";
    Authorized "Authorized" Held "held, not captured";
    Voided "Voided" None "the hold is released";
    Charged "Charged" Taken "captured; a partial refund leaves it so and lowers the amount";
    Refunded "Refunded" Returned "refunded in full";
    Forwarded "Forwarded" Elsewhere "passed to another terminal";
    Rejected "Rejected" None "declined";
    RejectedTerminal "Rejected(Terminal)" None "declined for good, in old answers";
    Error "Error" Unknown "a technical failure at the last step: look again, or ask the support";
    Chargeback "Chargeback" Disputed "disputed by the cardholder";
    Obsolete "Obsolete" None "an abandoned 3-D Secure attempt that a new one replaced";
    AuthorizationClosed "AuthorizationClosed" None "the bank closed the hold, or it ran out";
}

impl State {
    /// What to do.
    #[must_use]
    pub fn what_to_do(&self) -> &'static str {
        match self.funds() {
            Funds::None if *self == Self::PreAuthorized3ds || *self == Self::New => {
                "wait for the buyer and ask again"
            }
            Funds::None => "treat it as not paid; the buyer may pay again",
            Funds::Held => "reserve the goods, then charge or release the hold",
            Funds::Taken => "compare the amount and settle",
            Funds::Returned => "record the refund",
            Funds::Disputed => "let a person answer the dispute",
            Funds::Elsewhere => "let a person look at the other terminal",
            Funds::Unknown => "treat it as not paid and ask again later",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How an order stands, in the shop's words: what Payture says now together with what the shop's own
/// records say was paid.
///
/// A partial refund lowers `Amount` while the state stays `Charged`. Seen alone, such an answer does not
/// equal what the order costs, and an order that was paid must never look unpaid because of that.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing was taken.
    NotPaid(State),
    /// Held: reserve the goods.
    Held(Money),
    /// Captured in full, nothing refunded.
    Paid(Money),
    /// Captured, and a part was given back. Still paid.
    PartlyRefunded {
        /// What was paid.
        paid: Money,
        /// What is left of it.
        left: Money,
    },
    /// Captured and given back in full.
    Refunded,
    /// Captured, and the cardholder disputes it.
    Disputed,
    /// On another terminal.
    Elsewhere,
    /// Captured, with more than the shop knows of: a person must look.
    Inconsistent {
        /// What the shop knows was paid.
        paid: Money,
        /// What Payture says.
        charged: Money,
    },
    /// Not known now: ask again later. If the shop's records say that it was paid, it still is.
    Unclear(State),
}

impl Standing {
    /// Reads a state. `paid` is what the shop's own records say was settled.
    pub(crate) fn of(state: &State, amount: Option<Money>, paid: Option<Money>) -> Self {
        match (state.funds(), amount, paid) {
            (Funds::None, ..) => Self::NotPaid(state.clone()),
            (Funds::Held, Some(amount), _) => Self::Held(amount),
            (Funds::Taken, Some(amount), None) => Self::Paid(amount),
            (Funds::Taken, Some(charged), Some(paid)) => Self::charged(charged, paid),
            (Funds::Returned, ..) => Self::Refunded,
            (Funds::Disputed, ..) => Self::Disputed,
            (Funds::Elsewhere, ..) => Self::Elsewhere,
            _ => Self::Unclear(state.clone()),
        }
    }

    fn charged(charged: Money, paid: Money) -> Self {
        if charged == paid {
            Self::Paid(paid)
        } else if charged.currency() == paid.currency()
            && charged.minor_units() < paid.minor_units()
        {
            Self::PartlyRefunded {
                paid,
                left: charged,
            }
        } else {
            Self::Inconsistent { paid, charged }
        }
    }

    /// Whether the buyer's money is with the shop, in full or in part.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        matches!(self, Self::Paid(_) | Self::PartlyRefunded { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_state_reads_back_in_any_case() {
        for state in State::KNOWN {
            assert_eq!(&State::from_wire(state.as_str()), state);
            assert_eq!(&State::from_wire(&state.as_str().to_uppercase()), state);
        }
    }

    #[test]
    fn only_charged_means_that_money_is_taken() {
        let taken: Vec<_> = State::KNOWN
            .iter()
            .filter(|s| s.funds() == Funds::Taken)
            .collect();
        assert_eq!(taken, [&State::Charged]);
        for open in ["PendingRefund", "Something", "", "pend"] {
            assert_eq!(State::from_wire(open).funds(), Funds::Unknown, "{open}");
        }
    }
}
