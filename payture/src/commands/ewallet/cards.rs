use paid_once::Money;

use super::data_form;
use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{AddedCard, CardChange, CardList, Step};
use crate::values::{Card, CardId, Customer, Phone, SecureCode};
use crate::{Form, Interface, Terminal};

/// Registers a card from the shop's own page: `POST /vwapi/Add`. Needs a PCI DSS certificate.
///
/// A card that is there already is refused with `DUPLICATE_CARD`; the answer in the
/// [`Refusal`](crate::answer::Refusal) has its `CardId`.
#[derive(Clone)]
pub struct Add {
    customer: Customer,
    card: Card,
    phone: Option<Phone>,
}

impl Add {
    /// Registers this card for this customer.
    #[must_use]
    pub fn new(customer: Customer, card: Card) -> Self {
        Self {
            customer,
            card,
            phone: None,
        }
    }

    /// The customer's phone.
    #[must_use]
    pub fn phone(mut self, phone: Phone) -> Self {
        self.phone = Some(phone);
        self
    }
}

debug_by_order!(Add);

impl Command for Add {
    type Reply = Step<AddedCard>;

    fn interface(&self) -> Interface {
        Interface::EWallet
    }

    fn name(&self) -> &'static str {
        "Add"
    }

    fn effect(&self) -> Effect {
        Effect::Changes
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let code = self.card.secure_code().map(SecureCode::expose);
        let data = self
            .customer
            .fields(InnerFields::new())
            .field("CardNumber", self.card.number())
            .field("EMonth", self.card.month())
            .field("EYear", self.card.year())
            .field("CardHolder", self.card.holder())
            .optional("SecureCode", code)
            .optional("PhoneNumber", self.phone.as_ref().map(Phone::as_str));
        data_form(terminal, data)
    }

    fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
        Step::read(answer, AddedCard::read)
    }
}

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
