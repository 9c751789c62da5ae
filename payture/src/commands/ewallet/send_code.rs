use paid_once::Money;

use super::data_form;
use crate::answer::{Answer, AnswerError};
use crate::commands::debug::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::CardChange;
use crate::values::{CardId, Customer, OrderId};
use crate::{Form, Interface, Terminal};

/// Sends the customer a code to confirm a payment: `POST /vwapi/SendCode`. Known from Payture's own kits
/// only.
#[derive(Clone)]
pub struct SendCode {
    customer: Customer,
    card: CardId,
    order: OrderId,
    amount: Money,
}

impl SendCode {
    /// A code for paying `amount` for `order` with `card`.
    #[must_use]
    pub fn new(customer: Customer, card: CardId, order: OrderId, amount: Money) -> Self {
        Self {
            customer,
            card,
            order,
            amount,
        }
    }
}

debug_by_order!(SendCode);

impl Command for SendCode {
    type Reply = CardChange;

    fn interface(&self) -> Interface {
        Interface::EWallet
    }

    fn name(&self) -> &'static str {
        "SendCode"
    }

    fn effect(&self) -> Effect {
        Effect::Changes
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let data = self
            .customer
            .fields(InnerFields::new())
            .field("CardId", self.card.as_str())
            .field("OrderId", self.order.as_str())
            .field("Amount", terminal.amount(self.amount)?);
        data_form(terminal, data)
    }

    fn read(&self, answer: Answer) -> Result<CardChange, AnswerError> {
        CardChange::read(answer)
    }
}
