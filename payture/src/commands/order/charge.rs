use super::part::part_of_order;
use crate::answer::{Answer, AnswerError};
use crate::commands::receipts::Cheque;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::Charged;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

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
