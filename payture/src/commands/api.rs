//! `api`: the shop's own page takes the card.
//!
//! ```text
//! buyer            shop                                Payture
//!   │ card ──────▶ │── Pay or Block (PayInfo) ────────▶ │
//!   │              │◀─ True · False + ErrCode · 3DS ─── │
//!   │◀── 3DS: form to the bank; it comes back with MD and PaRes
//!   │ ───────────▶ │── Pay3DS or Block3DS (PaRes) ────▶ │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```
//!
//! A shop that takes card numbers needs a PCI DSS certificate.

use paid_once::Money;

use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::receipts::Cheque;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::{ExtraFields, InnerFields};
use crate::replies::{Accepted, Step};
use crate::values::{Card, OrderId, PaRes, SecureCode};
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

/// Finishes a payment or a hold after 3-D Secure: `POST /api/Pay3DS` and `POST /api/Block3DS`.
///
/// `api` knows the attempt by its order, so the shop must know which order an `MD` belongs to. A page that
/// is loaded again sends the same `PaRes` again; Payture answers `ILLEGAL_ORDER_STATE`, and the state of
/// the order tells what happened.
#[derive(Debug, Clone)]
pub struct Finish3ds {
    name: &'static str,
    alias: &'static str,
    order: OrderId,
    pa_res: PaRes,
}

impl Finish3ds {
    /// Finishes a `Pay`.
    #[must_use]
    pub fn pay(order: OrderId, pa_res: PaRes) -> Self {
        Self {
            name: "Pay3DS",
            alias: "Pay",
            order,
            pa_res,
        }
    }

    /// Finishes a `Block`.
    #[must_use]
    pub fn block(order: OrderId, pa_res: PaRes) -> Self {
        Self {
            name: "Block3DS",
            alias: "Block",
            order,
            pa_res,
        }
    }
}

impl Command for Finish3ds {
    type Reply = Step<Accepted>;

    fn interface(&self) -> Interface {
        Interface::Api
    }

    fn name(&self) -> &'static str {
        self.name
    }

    /// Which of the two roots answers is not documented.
    fn root_alias(&self) -> Option<&'static str> {
        Some(self.alias)
    }

    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        Form::new()
            .field("Key", terminal.name().as_str())
            .field("OrderId", self.order.as_str())
            .field("PaRes", self.pa_res.expose())
            .checked()
    }

    fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
        Step::read(answer, Accepted::read)
    }
}

/// Names that `CustomFields` may not take: those of `PayInfo` and of the command itself.
const RESERVED: [&str; 13] = [
    "PAN",
    "EMonth",
    "EYear",
    "CardHolder",
    "SecureCode",
    "OrderId",
    "Amount",
    "Key",
    "Password",
    "PayInfo",
    "CustomFields",
    "Cheque",
    "CustomerKey",
];

/// What `Pay` and `Block` share.
#[derive(Clone)]
struct CardPayment {
    order: OrderId,
    amount: Money,
    card: Card,
    custom: ExtraFields,
    cheque: Option<Cheque>,
    customer_key: Option<String>,
    payture_id: Option<String>,
}

impl CardPayment {
    fn new(order: OrderId, amount: Money, card: Card) -> Self {
        Self {
            order,
            amount,
            card,
            custom: ExtraFields::new(),
            cheque: None,
            customer_key: None,
            payture_id: None,
        }
    }

    /// Order and amount are in it twice, outside and inside `PayInfo`, and must be equal: they are, since
    /// both come from the same values.
    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let amount = terminal.amount(self.amount)?;
        let code = self.card.secure_code().map(SecureCode::expose);
        let pay_info = InnerFields::new()
            .field("PAN", self.card.number())
            .field("EMonth", self.card.month())
            .field("EYear", self.card.year())
            .field("CardHolder", self.card.holder())
            .optional("SecureCode", code)
            .field("OrderId", self.order.as_str())
            .field("Amount", &*amount);
        let custom = InnerFields::new().extras(&self.custom, &RESERVED);
        let custom = custom.encode(terminal.inner_variant())?;
        Form::new()
            .field("Key", terminal.name().as_str())
            .field("Amount", amount)
            .field("OrderId", self.order.as_str())
            .field("PayInfo", pay_info.encode(terminal.inner_variant())?)
            .optional(
                "CustomFields",
                Some(custom).filter(|custom| !custom.is_empty()),
            )
            .optional("Cheque", Cheque::encoded(self.cheque.as_ref())?)
            .optional("CustomerKey", self.customer_key.as_deref())
            .optional("PaytureId", self.payture_id.as_deref())
            .checked()
    }
}
