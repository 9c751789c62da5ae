use paid_once::Money;

use super::data_form;
use crate::answer::{Answer, AnswerError};
use crate::commands::debug::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{CardChange, CardList};
use crate::values::{CardId, Customer};
use crate::{Form, Interface, Terminal};

macro_rules! card_command {
    ($name:ident, $reply:ident, $effect:ident) => {
        debug_by_order!($name);

        impl Command for $name {
            type Reply = $reply;

            fn interface(&self) -> Interface {
                Interface::EWallet
            }

            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn effect(&self) -> Effect {
                Effect::$effect
            }

            fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
                data_form(terminal, self.data(terminal)?)
            }

            fn read(&self, answer: Answer) -> Result<$reply, AnswerError> {
                $reply::read(answer)
            }
        }
    };
}

/// Activates a card with the small amount that was held on it: `POST /vwapi/Activate`.
#[derive(Clone)]
pub struct Activate {
    customer: Customer,
    card: CardId,
    amount: Money,
}

impl Activate {
    /// `amount` is what the cardholder read from the bank's message.
    #[must_use]
    pub fn new(customer: Customer, card: CardId, amount: Money) -> Self {
        Self {
            customer,
            card,
            amount,
        }
    }

    fn data(&self, terminal: &Terminal) -> Result<InnerFields, InvalidRequest> {
        Ok(self
            .customer
            .fields(InnerFields::new())
            .field("CardId", self.card.as_str())
            .field("Amount", terminal.amount(self.amount)?))
    }
}

card_command!(Activate, CardChange, Changes);

/// Removes a stored card: `POST /vwapi/Remove`.
#[derive(Clone)]
pub struct Remove {
    customer: Customer,
    card: CardId,
}

impl Remove {
    /// Removes this card of this customer.
    #[must_use]
    pub fn new(customer: Customer, card: CardId) -> Self {
        Self { customer, card }
    }

    #[expect(clippy::unnecessary_wraps, reason = "one shape for all three commands")]
    fn data(&self, _terminal: &Terminal) -> Result<InnerFields, InvalidRequest> {
        let fields = self.customer.fields(InnerFields::new());
        Ok(fields.field("CardId", self.card.as_str()))
    }
}

card_command!(Remove, CardChange, Changes);

/// Lists a customer's cards: `POST /vwapi/GetList`.
#[derive(Clone)]
pub struct GetList {
    customer: Customer,
}

impl GetList {
    /// The cards of this customer.
    #[must_use]
    pub fn new(customer: Customer) -> Self {
        Self { customer }
    }

    #[expect(clippy::unnecessary_wraps, reason = "one shape for all three commands")]
    fn data(&self, _terminal: &Terminal) -> Result<InnerFields, InvalidRequest> {
        Ok(self.customer.fields(InnerFields::new()))
    }
}

card_command!(GetList, CardList, ReadOnly);
