use crate::answer::{Answer, AnswerError};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::PayStatusReply;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// The older form of [`GetState`](super::GetState), on `apim` and `vwapi`. Never settle by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayStatus {
    interface: Interface,
    order: OrderId,
}

impl PayStatus {
    /// Asks `apim` about this order.
    #[must_use]
    pub fn inpay(order: OrderId) -> Self {
        Self {
            interface: Interface::InPay,
            order,
        }
    }

    /// Asks `vwapi` about this order. The order id is inside `DATA`.
    #[must_use]
    pub fn ewallet(order: OrderId) -> Self {
        Self {
            interface: Interface::EWallet,
            order,
        }
    }
}

impl Command for PayStatus {
    type Reply = PayStatusReply;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &'static str {
        "PayStatus"
    }

    fn effect(&self) -> Effect {
        Effect::ReadOnly
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let form = Form::new().field(self.interface.terminal_field(), terminal.name().as_str());
        match self.interface {
            Interface::EWallet => {
                let inner = InnerFields::new().field("OrderId", self.order.as_str());
                form.field("DATA", inner.encode(terminal.inner_variant())?)
            }
            _ => form.field("OrderId", self.order.as_str()),
        }
        .checked()
    }

    fn read(&self, answer: Answer) -> Result<PayStatusReply, AnswerError> {
        PayStatusReply::read(answer, self.interface)
    }
}
