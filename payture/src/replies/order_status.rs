use std::fmt;

use paid_once::Money;

use crate::Interface;
use crate::answer::{Answer, AnswerError, DecodeError, Success};
use crate::errors::ErrorCode;
use crate::states::{Hold, PaidOrder, Standing, State};
use crate::values::OrderId;

/// How an order stands at Payture: the answer of `GetState`, which decides about settlement.
///
/// `Debug` shows neither the card nor the customer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderStatus {
    /// The order that the answer names. If it names one, it is the one that was asked for.
    pub order: Option<String>,
    /// Its state.
    pub state: State,
    /// The amount: after a partial refund, what is left.
    pub amount: Option<Money>,
    /// Whether the payment went to another terminal.
    pub forwarded: Option<bool>,
    /// The terminal, when the answer says it.
    pub merchant_contract: Option<String>,
    /// The bank's reference. A text: zeros in front of it count.
    pub rrn: Option<String>,
    /// The whole answer.
    pub answer: Answer,
    interface: Interface,
}

impl OrderStatus {
    pub(crate) fn read(answer: Answer, interface: Interface) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self::of(answer, interface)?)
    }

    fn of(answer: Answer, interface: Interface) -> Result<Self, DecodeError> {
        let state = match (answer.get("State"), answer.get("Status")) {
            (Some(state), Some(status)) if !state.eq_ignore_ascii_case(status) => {
                return Err(DecodeError::Value { name: "Status" });
            }
            (Some(state), _) | (None, Some(state)) => State::from_wire(state),
            (None, None) => return Err(DecodeError::Missing { name: "State" }),
        };
        Ok(Self {
            order: answer.text("OrderId"),
            state,
            amount: answer.money("Amount")?,
            forwarded: answer.flag("Forwarded")?,
            merchant_contract: answer.text("MerchantContract"),
            rrn: answer.text("RRN"),
            answer,
            interface,
        })
    }

    /// The id of the stored card, where there is one.
    #[must_use]
    pub fn card_id(&self) -> Option<&str> {
        self.answer.get("CardId")
    }

    /// How the order stands, together with what the shop's own records say was settled.
    #[must_use]
    pub fn standing(&self, settled: Option<Money>) -> Standing {
        Standing::of(&self.state, self.amount, settled)
    }

    /// The money that is held, if the order is `Authorized`.
    #[must_use]
    pub fn hold(&self) -> Option<Hold> {
        let order = self
            .named_order()
            .filter(|_| self.state == State::Authorized);
        Some(Hold::new(self.interface, order?, self.amount?))
    }

    /// The money that is captured, if the order is `Charged`.
    #[must_use]
    pub fn paid_order(&self) -> Option<PaidOrder> {
        let order = self.named_order().filter(|_| self.state == State::Charged);
        Some(PaidOrder::new(self.interface, order?, self.amount?))
    }

    fn named_order(&self) -> Option<OrderId> {
        OrderId::new(self.order.clone()?).ok()
    }
}

impl fmt::Debug for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderStatus")
            .field("order", &self.order)
            .field("state", &self.state)
            .field("amount", &self.amount)
            .field("forwarded", &self.forwarded)
            .field("merchant_contract", &self.merchant_contract)
            .finish_non_exhaustive()
    }
}

/// The answer of the older `PayStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayStatusReply {
    /// A session is open and nothing is paid yet: `Success="False"` with `ErrCode="NONE"`. Not paid.
    Prepared(Box<Answer>),
    /// How the order stands.
    Known(Box<OrderStatus>),
}

impl PayStatusReply {
    pub(crate) fn read(answer: Answer, interface: Interface) -> Result<Self, AnswerError> {
        let nothing_yet = answer.error_code() == Some(ErrorCode::None);
        if answer.success() == Success::False && nothing_yet {
            return Ok(Self::Prepared(Box::new(answer)));
        }
        let status = OrderStatus::read(answer, interface)?;
        Ok(Self::Known(Box::new(status)))
    }
}
