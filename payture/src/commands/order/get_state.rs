use crate::answer::{Answer, AnswerError};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::OrderStatus;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// Asks how an order stands: the only word that settles an order.
///
/// The terminal is in `Key` on all three interfaces, on `vwapi` too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetState {
    interface: Interface,
    order: OrderId,
}

impl GetState {
    /// Asks about this order.
    #[must_use]
    pub fn new(interface: Interface, order: OrderId) -> Self {
        Self { interface, order }
    }
}

impl Command for GetState {
    type Reply = OrderStatus;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &'static str {
        "GetState"
    }

    fn effect(&self) -> Effect {
        Effect::ReadOnly
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        Form::new()
            .field("Key", terminal.name().as_str())
            .field("OrderId", self.order.as_str())
            .checked()
    }

    fn read(&self, answer: Answer) -> Result<OrderStatus, AnswerError> {
        OrderStatus::read(answer, self.interface)
    }
}
