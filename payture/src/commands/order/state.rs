use crate::answer::{Answer, AnswerError};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{OrderStatus, PayStatusReply};
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

/// The older form of [`GetState`], on `apim` and `vwapi`. Never settle by it.
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
