use super::data_form;
use crate::answer::{Answer, AnswerError};
use crate::commands::debug::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{AddedCard, Step};
use crate::values::{Card, Customer, Phone, SecureCode};
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
