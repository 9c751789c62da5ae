use std::net::IpAddr;

use paid_once::Money;

use super::{RESERVED, data_form};
use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::{ExtraFields, InnerFields};
use crate::replies::{Accepted, AddedCard, CardChange, SessionType, Step};
use crate::three_ds::ThreeDsReturn;
use crate::values::{Card, CardId, Customer, OrderId, PayToken, Phone, SecureCode};
use crate::{Form, Interface, Terminal};

/// The card id that stands for a card that is not stored.
const FREE_PAY: &str = "FreePay";

/// A payment without Payture's page: `POST /vwapi/Pay`, in its four forms.
///
/// With a card or its security code it needs a PCI DSS certificate. A recurring payment has neither a code
/// nor 3-D Secure; its card must be active, and it usually goes through a terminal of its own.
#[derive(Clone)]
pub struct Pay {
    source: Source,
    customer: Customer,
    order: OrderId,
    amount: Money,
    session_type: Option<SessionType>,
    phone: Option<Phone>,
    ip: Option<IpAddr>,
    confirm_code: Option<String>,
    extras: ExtraFields,
}

#[derive(Clone)]
enum Source {
    NewCard(Card),
    StoredCard(CardId, SecureCode),
    Recurring(CardId),
    Token(PayToken),
}

impl Pay {
    /// From a new card.
    #[must_use]
    pub fn new_card(customer: Customer, order: OrderId, amount: Money, card: Card) -> Self {
        Self::new(customer, order, amount, Source::NewCard(card)).one_stage()
    }

    /// From a stored card with its security code.
    #[must_use]
    pub fn stored_card(
        customer: Customer,
        order: OrderId,
        amount: Money,
        card: CardId,
        code: SecureCode,
    ) -> Self {
        Self::new(customer, order, amount, Source::StoredCard(card, code)).one_stage()
    }

    /// From a stored card, without the cardholder.
    #[must_use]
    pub fn recurring(customer: Customer, order: OrderId, amount: Money, card: CardId) -> Self {
        Self::new(customer, order, amount, Source::Recurring(card))
    }

    /// From the token of a phone's wallet.
    #[must_use]
    pub fn token(customer: Customer, order: OrderId, amount: Money, token: PayToken) -> Self {
        Self::new(customer, order, amount, Source::Token(token)).one_stage()
    }

    fn new(customer: Customer, order: OrderId, amount: Money, source: Source) -> Self {
        Self {
            source,
            customer,
            order,
            amount,
            session_type: None,
            phone: None,
            ip: None,
            confirm_code: None,
            extras: ExtraFields::new(),
        }
    }

    fn one_stage(mut self) -> Self {
        self.session_type = Some(SessionType::Pay);
        self
    }

    /// Holds the money instead: charge or release it later.
    #[must_use]
    pub fn hold(mut self) -> Self {
        self.session_type = Some(SessionType::Block);
        self
    }

    /// The customer's phone.
    #[must_use]
    pub fn phone(mut self, phone: Phone) -> Self {
        self.phone = Some(phone);
        self
    }

    /// The customer's address.
    #[must_use]
    pub fn ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip);
        self
    }

    /// The code that [`SendCode`] sent.
    #[must_use]
    pub fn confirm_code(mut self, code: impl Into<String>) -> Self {
        self.confirm_code = Some(code.into());
        self
    }

    /// More pairs for the antifraud.
    #[must_use]
    pub fn extra_fields(mut self, extras: ExtraFields) -> Self {
        self.extras = extras;
        self
    }

    fn card_id(&self) -> &str {
        match &self.source {
            Source::NewCard(_) | Source::Token(_) => FREE_PAY,
            Source::StoredCard(card, _) | Source::Recurring(card) => card.as_str(),
        }
    }

    fn source(&self, data: InnerFields) -> InnerFields {
        match &self.source {
            Source::NewCard(card) => data
                .field("CardNumber", card.number())
                .field("CardHolder", card.holder())
                .field("EMonth", card.month())
                .field("EYear", card.year())
                .optional("SecureCode", card.secure_code().map(SecureCode::expose)),
            Source::StoredCard(_, code) => data.field("SecureCode", code.expose()),
            Source::Recurring(_) => data,
            Source::Token(token) => data.field("PayToken", token.expose()),
        }
    }
}

debug_by_order!(Pay);

impl Command for Pay {
    type Reply = Step<Accepted>;

    fn interface(&self) -> Interface {
        Interface::EWallet
    }

    fn name(&self) -> &'static str {
        "Pay"
    }

    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let data =
            InnerFields::new().optional("SessionType", self.session_type.map(SessionType::as_str));
        let data = self
            .customer
            .fields(data)
            .field("CardId", self.card_id())
            .field("OrderId", self.order.as_str())
            .field("Amount", terminal.amount(self.amount)?);
        let data = self
            .source(data)
            .optional("PhoneNumber", self.phone.as_ref().map(Phone::as_str))
            .optional("IP", self.ip.map(|ip| ip.to_string()))
            .optional("ConfirmCode", self.confirm_code.as_deref())
            .extras(&self.extras, &RESERVED);
        data_form(terminal, data)
    }

    fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
        Step::read(answer, Accepted::read)
    }
}

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

macro_rules! submit {
    ($(#[$doc:meta])+ $name:ident, $wire:literal, $alias:literal, $effect:ident, $reply:ident) => {
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name(ThreeDsReturn);

        impl $name {
            /// Finishes the attempt that the browser came back from.
            #[must_use]
            pub fn new(returned: ThreeDsReturn) -> Self {
                Self(returned)
            }
        }

        debug_by_order!($name);

        impl Command for $name {
            type Reply = Step<$reply>;

            fn interface(&self) -> Interface {
                Interface::EWallet
            }

            fn name(&self) -> &'static str {
                $wire
            }

            /// Which of the two roots answers is not documented.
            fn root_alias(&self) -> Option<&'static str> {
                Some($alias)
            }

            fn effect(&self) -> Effect {
                Effect::$effect
            }

            /// There is no terminal in it: `MD` names the attempt.
            fn form(&self, _terminal: &Terminal) -> Result<Form, InvalidRequest> {
                Form::new()
                    .field("MD", self.0.key.expose())
                    .field("PaRes", self.0.pa_res.expose())
                    .checked()
            }

            fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
                Step::read(answer, $reply::read)
            }
        }
    };
}

submit! {
    /// Finishes a payment after 3-D Secure: `POST /vwapi/PaySubmit3DS`.
    PaySubmit3ds, "PaySubmit3DS", "Pay", MovesMoney, Accepted
}

submit! {
    /// Finishes the registration of a card after 3-D Secure: `POST /vwapi/AddSubmit3DS`.
    AddSubmit3ds, "AddSubmit3DS", "Add", Changes, AddedCard
}
