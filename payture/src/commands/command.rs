use crate::answer::{Answer, AnswerError};
use crate::commands::{Effect, InvalidRequest};
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

/// `Debug` of a command: its name and its order, and none of the values it carries.
macro_rules! debug_by_order {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut debug = f.debug_struct(stringify!($name));
                if let Some(order) = $crate::commands::Command::order(self) {
                    debug.field("order", order);
                }
                debug.finish_non_exhaustive()
            }
        }
    };
}

pub(super) use debug_by_order;
