use crate::answer::{Answer, AnswerError};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::Released;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

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
