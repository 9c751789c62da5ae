use paid_once::Money;

use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::{Accepted, Step};
use crate::values::{OrderId, PayToken, SecureCode};
use crate::{Form, Interface, Terminal};

macro_rules! legacy_command {
    ($name:ident, $self:ident => $wire:expr) => {
        debug_by_order!($name);

        impl Command for $name {
            type Reply = Step<Accepted>;

            fn interface(&self) -> Interface {
                Interface::Api
            }

            fn name(&$self) -> &'static str {
                $wire
            }

            fn effect(&self) -> Effect {
                Effect::MovesMoney
            }

            fn order(&self) -> Option<&OrderId> {
                Some(&self.order)
            }

            fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
                self.fields(terminal)?.checked()
            }

            fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
                Step::read(answer, Accepted::read)
            }
        }
    };
}

/// The older command for Apple Pay: `POST /api/ApplePay`. Use [`MobilePay`](super::MobilePay) where you
/// can: this one carries no amount, so the token alone decides it.
#[derive(Clone)]
pub struct ApplePay {
    order: OrderId,
    token: PayToken,
    method: &'static str,
}

impl ApplePay {
    /// A payment in one stage.
    #[must_use]
    pub fn pay(order: OrderId, token: PayToken) -> Self {
        Self {
            order,
            token,
            method: "PAY",
        }
    }

    /// A hold.
    #[must_use]
    pub fn block(order: OrderId, token: PayToken) -> Self {
        Self {
            order,
            token,
            method: "BLOCK",
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "one shape for all three commands")]
    fn fields(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("Key", terminal.name().as_str())
            .field("OrderId", self.order.as_str())
            .field("PayToken", self.token.expose())
            .field("Method", self.method))
    }
}

legacy_command!(ApplePay, self => "ApplePay");

/// The older command for Google Pay: `POST /api/AndroidPay`.
#[derive(Clone)]
pub struct AndroidPay {
    order: OrderId,
    amount: Money,
    token: PayToken,
    method: &'static str,
}

impl AndroidPay {
    /// A payment in one stage.
    #[must_use]
    pub fn pay(order: OrderId, amount: Money, token: PayToken) -> Self {
        Self {
            order,
            amount,
            token,
            method: "PAY",
        }
    }

    /// A hold.
    #[must_use]
    pub fn block(order: OrderId, amount: Money, token: PayToken) -> Self {
        Self {
            order,
            amount,
            token,
            method: "BLOCK",
        }
    }

    fn fields(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("Key", terminal.name().as_str())
            .field("OrderId", self.order.as_str())
            .field("PayToken", self.token.expose())
            .field("Method", self.method)
            .field("Amount", terminal.amount(self.amount)?))
    }
}

legacy_command!(AndroidPay, self => "AndroidPay");

/// `POST /api/MPPay` and `POST /api/MPBlock`: `MasterPass`, which is closed. Here because old terminals may
/// still answer it.
#[derive(Clone)]
pub struct MasterPass {
    name: &'static str,
    order: OrderId,
    amount: Money,
    token: PayToken,
    code: SecureCode,
}

impl MasterPass {
    /// A payment in one stage.
    #[must_use]
    pub fn pay(order: OrderId, amount: Money, token: PayToken, code: SecureCode) -> Self {
        Self {
            name: "MPPay",
            order,
            amount,
            token,
            code,
        }
    }

    /// A hold.
    #[must_use]
    pub fn block(order: OrderId, amount: Money, token: PayToken, code: SecureCode) -> Self {
        Self {
            name: "MPBlock",
            order,
            amount,
            token,
            code,
        }
    }

    fn fields(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("Key", terminal.name().as_str())
            .field("OrderId", self.order.as_str())
            .field("Amount", terminal.amount(self.amount)?)
            .field("Token", self.token.expose())
            .field("CVC2", self.code.expose()))
    }
}

legacy_command!(MasterPass, self => self.name);
