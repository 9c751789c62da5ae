use crate::answer::{Answer, AnswerError};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::{Accepted, Step};
use crate::values::{OrderId, PaRes};
use crate::{Form, Interface, Terminal};

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
