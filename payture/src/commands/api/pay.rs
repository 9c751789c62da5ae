use paid_once::Money;

use super::pay_info::CardPayment;
use crate::answer::{Answer, AnswerError};
use crate::commands::debug::debug_by_order;
use crate::commands::receipts::Cheque;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::ExtraFields;
use crate::replies::{Accepted, Step};
use crate::values::{Card, OrderId};
use crate::{Form, Interface, Terminal};

macro_rules! card_payment {
    ($(#[$doc:meta])+ $name:ident, $wire:literal) => {
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name(CardPayment);

        impl $name {
            /// `amount` for `order` from `card`.
            #[must_use]
            pub fn new(order: OrderId, amount: Money, card: Card) -> Self {
                Self(CardPayment::new(order, amount, card))
            }

            /// `CustomFields`: names agreed with Payture, such as `IP`, `Product` and `Description`.
            #[must_use]
            pub fn custom_fields(mut self, fields: ExtraFields) -> Self {
                self.0.custom = fields;
                self
            }

            /// The receipt.
            #[must_use]
            pub fn cheque(mut self, cheque: Cheque) -> Self {
                self.0.cheque = Some(cheque);
                self
            }

            /// `CustomerKey`: the customer's id for the antifraud. From Payture's own kits.
            #[must_use]
            pub fn customer_key(mut self, key: impl Into<String>) -> Self {
                self.0.customer_key = Some(key.into());
                self
            }

            /// `PaytureId`: the device's id for the antifraud. From Payture's own kits.
            #[must_use]
            pub fn payture_id(mut self, id: impl Into<String>) -> Self {
                self.0.payture_id = Some(id.into());
                self
            }
        }

        debug_by_order!($name);

        impl Command for $name {
            type Reply = Step<Accepted>;

            fn interface(&self) -> Interface {
                Interface::Api
            }

            fn name(&self) -> &'static str {
                $wire
            }

            fn effect(&self) -> Effect {
                Effect::MovesMoney
            }

            fn order(&self) -> Option<&OrderId> {
                Some(&self.0.order)
            }

            fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
                self.0.form(terminal)
            }

            fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
                Step::read(answer, Accepted::read)
            }
        }
    };
}

card_payment! {
    /// A payment in one stage: `POST /api/Pay`.
    Pay, "Pay"
}

card_payment! {
    /// A hold: `POST /api/Block`. Charge or release it later.
    Block, "Block"
}
