use std::fmt;

use super::{Command, Effect, InvalidRequest};
use crate::answer::{Answer, AnswerError};
use crate::inner::{ExtraFields, InnerFields, check_name};
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// A command whose fields are not public: `PreAuth`, `GetQRCode`, or one that Payture adds tomorrow.
///
/// The terminal's field is added, and every rule about names, semicolons and control characters holds.
/// The answer is given as it came, whatever its `Success` says.
///
/// ```
/// use payture::commands::Open;
/// use payture::{ExtraFields, Interface, OrderId};
///
/// let order = OrderId::random();
/// let fields = ExtraFields::new().with("OrderId", order.as_str())?;
/// let pre_auth = Open::new(Interface::Api, "PreAuth")?.fields(fields).order(order);
/// # Ok::<_, payture::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct Open {
    interface: Interface,
    name: String,
    order: Option<OrderId>,
    fields: ExtraFields,
    inner: Option<(&'static str, ExtraFields)>,
}

impl Open {
    /// A command by its name.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest::ExtraName`] unless the name is a letter and then letters, digits and `_`.
    pub fn new(interface: Interface, name: &str) -> Result<Self, InvalidRequest> {
        if !check_name(name) {
            return Err(InvalidRequest::ExtraName);
        }
        Ok(Self {
            interface,
            name: name.to_owned(),
            order: None,
            fields: ExtraFields::new(),
            inner: None,
        })
    }

    /// The order it is about: an answer about another one is refused. It is not a field by itself.
    #[must_use]
    pub fn order(mut self, order: OrderId) -> Self {
        self.order = Some(order);
        self
    }

    /// The fields beside the terminal's.
    #[must_use]
    pub fn fields(mut self, fields: ExtraFields) -> Self {
        self.fields = fields;
        self
    }

    /// The pairs inside the interface's inner field: `PayInfo`, `Data` or `DATA`.
    #[must_use]
    pub fn inner(mut self, pairs: ExtraFields) -> Self {
        self.inner = Some((self.interface.inner_field(), pairs));
        self
    }
}

impl Command for Open {
    type Reply = Answer;

    fn interface(&self) -> Interface {
        self.interface
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// It is sent once: what it does is not known.
    fn effect(&self) -> Effect {
        Effect::MovesMoney
    }

    fn order(&self) -> Option<&OrderId> {
        self.order.as_ref()
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let mut form = Form::new().field(self.interface.terminal_field(), terminal.name().as_str());
        for (name, value) in self.fields.iter() {
            form = form.field(name.to_owned(), value);
        }
        if let Some((name, pairs)) = &self.inner {
            let pairs = InnerFields::new().extras(pairs, &[]);
            form = form.field(*name, pairs.encode(terminal.inner_variant())?);
        }
        form.checked()
    }

    fn read(&self, answer: Answer) -> Result<Answer, AnswerError> {
        Ok(answer)
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open")
            .field("interface", &self.interface)
            .field("name", &self.name)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}
