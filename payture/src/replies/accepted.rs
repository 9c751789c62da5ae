use paid_once::Money;

use crate::Interface;
use crate::answer::{Answer, AnswerError};
use crate::states::Hold;
use crate::values::OrderId;

/// A `Pay` or `Block` that was carried out.
///
/// Strong, and still not the word to settle by: `GetState` is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The amount, when the answer says it.
    pub amount: Option<Money>,
    /// The whole answer.
    pub answer: Answer,
}

impl Accepted {
    pub(crate) fn read(answer: Answer) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        Ok(Self {
            amount: answer.money("Amount")?,
            answer,
        })
    }

    /// The money that a `Block` holds. `amount` is what was asked for.
    pub fn hold(&self, interface: Interface, order: OrderId, amount: Money) -> Hold {
        Hold::new(interface, order, self.amount.unwrap_or(amount))
    }
}
