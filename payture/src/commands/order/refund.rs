use super::part::part_of_order;
use crate::answer::{Answer, AnswerError};
use crate::commands::receipts::Cheque;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::Refunded;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

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
            // The order of the fields is the one of each page; the gateway does not mind it.
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
