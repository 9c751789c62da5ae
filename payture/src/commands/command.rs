use crate::answer::{Answer, AnswerError};
use crate::commands::InvalidRequest;
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// A command of Payture.
///
/// [`form`](Self::form) is the only place that knows its fields.
pub trait Command {
    /// The reply on success.
    type Reply;

    /// The interface it belongs to.
    fn interface(&self) -> Interface;

    /// Its name: the last segment of the path, and the root element of the answer.
    fn name(&self) -> &str;

    /// Another root element that answers it.
    fn root_alias(&self) -> Option<&'static str> {
        None
    }

    /// What sending it changes.
    fn effect(&self) -> Effect;

    /// The order it is about. An answer that names another one is refused.
    fn order(&self) -> Option<&OrderId> {
        None
    }

    /// The exact fields.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when Payture is known to refuse or to misread such values. Nothing is sent
    /// then.
    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest>;

    /// Reads an answer whose root, attributes and order are checked.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when Payture says no, or when the answer is not complete.
    fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError>;

    /// The path of the request, such as `/api/Pay`.
    fn path(&self) -> String {
        format!("/{}/{}", self.interface(), self.name())
    }

    /// Reads the body of an answer: XML, the right root, the right order, then [`read`](Self::read).
    ///
    /// # Errors
    ///
    /// [`AnswerError`].
    fn decode(&self, terminal: &Terminal, body: &[u8]) -> Result<Self::Reply, AnswerError> {
        let answer = Answer::parse(body, terminal.currency())?;
        answer.check_root(self.name(), self.root_alias())?;
        if let Some(order) = self.order() {
            answer.check_order(order)?;
        }
        self.read(answer)
    }
}

/// What sending a command changes at Payture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it may be repeated.
    ReadOnly,
    /// Customers, cards or sessions. It is sent once.
    Changes,
    /// Money. It is sent once, and when its outcome is unknown the order's state is asked for first.
    MovesMoney,
}
