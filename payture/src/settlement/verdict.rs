//! What an answer of `GetState` says about settling an order. No input, no output: a table.

use paid_once::{Money, ReviewReason};

use crate::Terminal;
use crate::replies::OrderStatus;
use crate::states::{Funds, State};
use crate::values::OrderId;

/// What the answer allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Captured, on this terminal, for this order. The amount is still to be compared.
    Charged(Money),
    /// Held: reserve the goods.
    HoldOnly,
    /// Nothing was taken.
    NotPaid(State),
    /// Given back in full before it was ever settled.
    Refunded,
    /// Disputed.
    Disputed,
    /// The answer is about another order, or about none.
    OtherOrder,
    /// Another terminal.
    WrongTerminal,
    /// The money is on another terminal.
    Forwarded,
    /// Not known now.
    LookAgain(State),
}

impl Verdict {
    /// Why a person must look at it, if one must.
    pub(super) fn needs_review(&self) -> Option<ReviewReason> {
        match self {
            Self::Refunded | Self::Disputed => Some(ReviewReason::RefundedBefore),
            Self::WrongTerminal | Self::Forwarded => Some(ReviewReason::ReadBackContradicted),
            _ => None,
        }
    }
}

pub(super) fn judge(terminal: &Terminal, order: &OrderId, status: &OrderStatus) -> Verdict {
    if status.order.as_deref() != Some(order.as_str()) {
        return Verdict::OtherOrder;
    }
    let contract = status.merchant_contract.as_deref();
    // Payture asks its clients to compare values without regard to case. Order ids are the exception.
    let own = terminal.name().as_str();
    let other_terminal = contract.is_some_and(|name| !name.eq_ignore_ascii_case(own));
    let forwarded = status.forwarded == Some(true) || is_forwarded_to(status);
    match status.state.funds() {
        Funds::Elsewhere => Verdict::Forwarded,
        Funds::Taken if forwarded => Verdict::Forwarded,
        Funds::Taken if other_terminal => Verdict::WrongTerminal,
        Funds::Taken => match status.amount {
            Some(amount) if amount.minor_units() > 0 => Verdict::Charged(amount),
            _ => Verdict::LookAgain(status.state.clone()),
        },
        Funds::Held => Verdict::HoldOnly,
        Funds::None => Verdict::NotPaid(status.state.clone()),
        Funds::Returned => Verdict::Refunded,
        Funds::Disputed => Verdict::Disputed,
        Funds::Unknown => Verdict::LookAgain(status.state.clone()),
    }
}

fn is_forwarded_to(status: &OrderStatus) -> bool {
    let to = status.answer.get("ForwardedTo");
    to.is_some_and(|to| !to.eq_ignore_ascii_case("NotForwarded"))
}
