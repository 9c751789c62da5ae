use paid_once::Money;

use super::{Funds, State};

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
