use crate::answer::{Answer, AnswerError};
use crate::commands::receipts::Cheque;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{Charged, Refunded, Released};
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// A command about all of an order's money or a part of it.
macro_rules! part_of_order {
    (
        $(#[$doc:meta])+ $name:ident,
        whole: $whole:literal, part: $part:literal, cheque: $cheque:literal
    ) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            interface: $crate::Interface,
            order: $crate::OrderId,
            amount: Option<paid_once::Money>,
            cheque: Option<$crate::commands::receipts::Cheque>,
        }

        impl $name {
            #[doc = $whole]
            #[must_use]
            pub fn new(interface: $crate::Interface, order: $crate::OrderId) -> Self {
                Self {
                    interface,
                    order,
                    amount: None,
                    cheque: None,
                }
            }

            #[doc = $part]
            #[must_use]
            pub fn amount(mut self, amount: paid_once::Money) -> Self {
                self.amount = Some(amount);
                self
            }

            #[doc = $cheque]
            #[must_use]
            pub fn cheque(mut self, cheque: $crate::commands::receipts::Cheque) -> Self {
                self.cheque = Some(cheque);
                self
            }
        }
    };
}

part_of_order! {
    /// Captures a hold, all of it or a part. The order must be `Authorized`.
    ///
    /// `api/Charge` has no password; `apim` and `vwapi` have it. All fields are at the top level.
    Charge,
    whole: "Captures all of the hold.",
    part: "Captures this much, at most what is held.",
    cheque: "The receipt of what is captured. A partial capture needs one."
}

impl Command for Charge {
    type Reply = Charged;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &'static str {
        "Charge"
    }

    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let amount = self
            .amount
            .map(|amount| terminal.amount(amount))
            .transpose()?;
        let password = self
            .interface
            .hold_needs_password()
            .then(|| terminal.password());
        Form::new()
            .field(self.interface.terminal_field(), terminal.name().as_str())
            .optional("Password", password)
            .field("OrderId", self.order.as_str())
            .optional("Amount", amount)
            .optional("Cheque", Cheque::encoded(self.cheque.as_ref())?)
            .checked()
    }

    fn read(&self, answer: Answer) -> Result<Charged, AnswerError> {
        Charged::read(answer)
    }
}

/// Releases a whole hold. The order must be `Authorized`. There is no amount: older kits send one, and
/// the gateway may refuse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unblock {
    interface: Interface,
    order: OrderId,
}

impl Unblock {
    /// Releases the hold of this order.
    #[must_use]
    pub fn new(interface: Interface, order: OrderId) -> Self {
        Self { interface, order }
    }
}

impl Command for Unblock {
    type Reply = Released;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &'static str {
        "Unblock"
    }

    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let password = self
            .interface
            .hold_needs_password()
            .then(|| terminal.password());
        Form::new()
            .field(self.interface.terminal_field(), terminal.name().as_str())
            .optional("Password", password)
            .field("OrderId", self.order.as_str())
            .checked()
    }

    fn read(&self, answer: Answer) -> Result<Released, AnswerError> {
        Released::read(answer)
    }
}

part_of_order! {
    /// Gives money back, all of it or a part. The order must be `Charged`.
    ///
    /// The terminal's password is needed on every interface. `vwapi` takes everything inside `DATA`, the others
    /// at the top level.
    Refund,
    whole: "Gives back everything that is left.",
    part: "Gives back this much.",
    cheque: "The receipt of what remains. A partial refund needs one."
}

impl Command for Refund {
    type Reply = Refunded;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &'static str {
        "Refund"
    }

    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let amount = self
            .amount
            .map(|amount| terminal.amount(amount))
            .transpose()?;
        let cheque = Cheque::encoded(self.cheque.as_ref())?;
        let form = Form::new().field(self.interface.terminal_field(), terminal.name().as_str());
        let (order, password) = (self.order.as_str(), terminal.password());
        match self.interface {
            // The fields stand in the order of each of Payture's pages; the gateway takes any order.
            Interface::Api => form
                .field("Password", password)
                .optional("Amount", amount)
                .field("OrderId", order)
                .optional("Cheque", cheque),
            Interface::InPay => form
                .field("Password", password)
                .field("OrderId", order)
                .optional("Amount", amount)
                .optional("Cheque", cheque),
            Interface::EWallet => {
                let inner = InnerFields::new()
                    .field("OrderId", order)
                    .field("Password", password)
                    .optional("Amount", amount)
                    .base64("Cheque", cheque);
                form.field("DATA", inner.encode(terminal.inner_variant())?)
            }
        }
        .checked()
    }

    fn read(&self, answer: Answer) -> Result<Refunded, AnswerError> {
        Refunded::read(answer)
    }
}
