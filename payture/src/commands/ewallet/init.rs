use paid_once::Money;

use super::{RESERVED, data_form};
use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::page::{PageDetails, page_setters};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{Session, SessionType};
use crate::values::{CardId, Customer, OrderId};
use crate::{Form, Interface, Terminal};

/// Opens a page for a customer: `POST /vwapi/Init`.
///
/// For a payment or a hold it has an order; for adding a card it has none.
#[derive(Clone)]
pub struct Init {
    session_type: SessionType,
    customer: Customer,
    payment: Option<(OrderId, Money)>,
    card: Option<CardId>,
    details: PageDetails,
}

impl Init {
    /// A page that takes a payment in one stage.
    #[must_use]
    pub fn pay(customer: Customer, order: OrderId, amount: Money) -> Self {
        Self::new(SessionType::Pay, customer, Some((order, amount)))
    }

    /// A page that takes a hold, to be charged or released later.
    #[must_use]
    pub fn block(customer: Customer, order: OrderId, amount: Money) -> Self {
        Self::new(SessionType::Block, customer, Some((order, amount)))
    }

    /// A page that registers a card.
    #[must_use]
    pub fn add(customer: Customer) -> Self {
        Self::new(SessionType::Add, customer, None)
    }

    fn new(
        session_type: SessionType,
        customer: Customer,
        payment: Option<(OrderId, Money)>,
    ) -> Self {
        Self {
            session_type,
            customer,
            payment,
            card: None,
            details: PageDetails::default(),
        }
    }

    /// The stored card that the page offers first.
    #[must_use]
    pub fn card(mut self, card: CardId) -> Self {
        self.card = Some(card);
        self
    }

    page_setters!();
}

debug_by_order!(Init);

impl Command for Init {
    type Reply = Session;

    fn interface(&self) -> Interface {
        Interface::EWallet
    }

    fn name(&self) -> &'static str {
        "Init"
    }

    fn effect(&self) -> Effect {
        Effect::Changes
    }

    fn order(&self) -> Option<&OrderId> {
        self.payment.as_ref().map(|(order, _)| order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let payment = self.payment.as_ref();
        let amount = payment
            .map(|(_, amount)| terminal.amount(*amount))
            .transpose()?;
        let data = InnerFields::new().field("SessionType", self.session_type.as_str());
        let data = self
            .customer
            .fields(data)
            .optional("OrderId", payment.map(|(order, _)| order.as_str()))
            .optional("Amount", amount)
            .optional("CardId", self.card.as_ref().map(CardId::as_str));
        data_form(
            terminal,
            self.details.add_to(data, "PhoneNumber", &RESERVED)?,
        )
    }

    fn read(&self, answer: Answer) -> Result<Session, AnswerError> {
        Session::read(answer, Interface::EWallet, self.session_type)
    }
}
