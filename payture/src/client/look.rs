use std::time::Duration;

use super::{PaytureClient, PaytureError};
use crate::commands::{Command, Effect};
use crate::errors::ErrorCode;
use crate::replies::OrderStatus;

/// How often the state is asked for, and the pause between two questions.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// What is known after a command, also when its own answer was lost.
#[derive(Debug)]
#[must_use]
pub enum Known<R> {
    /// The command was answered.
    Answered(R),
    /// The outcome was unknown, so Payture was asked how the order stands.
    Looked {
        /// How it stands.
        status: Box<OrderStatus>,
        /// What happened to the command.
        because: PaytureError,
    },
    /// The outcome was unknown, and Payture knows no such order. A request may still be on its way: wait
    /// before a new attempt, and make it with a new order id.
    NotThere {
        /// What happened to the command.
        because: PaytureError,
    },
}

impl PaytureClient {
    /// Sends a command about an order, once. When its outcome is unknown (a timeout, a broken answer, an
    /// error code that says so) or it says that the order exists already, the order's state is asked for;
    /// the command is never sent again.
    ///
    /// # Errors
    ///
    /// [`PaytureError`] when the command was surely not carried out, when it names no order, or when the
    /// state could not be learned either: then it is the command's own error.
    pub async fn send_or_look<C: Command + Sync>(
        &self,
        command: &C,
    ) -> Result<Known<C::Reply>, PaytureError> {
        let because = match self.send(command).await {
            Ok(reply) => return Ok(Known::Answered(reply)),
            Err(error) => error,
        };
        let order = command.order();
        let Some(order) = order.filter(|_| because.must_look_first(command.effect())) else {
            return Err(because);
        };
        tracing::warn!(
            order_id = order.as_str(),
            command = command.name(),
            reason = %because,
            "the outcome of a command is unknown: asking for the state of its order"
        );
        for look in 1..=LOOKS {
            match self.state(command.interface(), order).await {
                Ok(status) => {
                    return Ok(Known::Looked {
                        status: Box::new(status),
                        because,
                    });
                }
                Err(PaytureError::Refused(refusal)) if refusal.code == ErrorCode::OrderNotFound => {
                    return Ok(Known::NotThere { because });
                }
                Err(_) if look < LOOKS => tokio::time::sleep(PAUSE).await,
                Err(_) => {}
            }
        }
        Err(because)
    }
}

impl PaytureError {
    /// Whether, after a command with this effect, the order's state must be asked for before anything
    /// else. Sending the command again could move money twice.
    #[must_use]
    pub fn must_look_first(&self, effect: Effect) -> bool {
        match self {
            Self::Invalid(_) | Self::NotSent(_) => false,
            Self::Refused(refusal) => refusal.code.must_look_first(effect),
            Self::Indeterminate(_) | Self::Undecodable { .. } => effect != Effect::ReadOnly,
        }
    }
}
