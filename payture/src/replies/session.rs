use paid_once::Money;

use crate::answer::{Answer, AnswerError, DecodeError};
use crate::inner::percent_encode;
use crate::values::SessionId;
use crate::{Environment, Interface};

/// What a session's page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionType {
    /// One-stage payment.
    Pay,
    /// Two stages: hold now, charge or release later.
    Block,
    /// Register a card. eWallet only.
    Add,
}

impl SessionType {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pay => "Pay",
            Self::Block => "Block",
            Self::Add => "Add",
        }
    }
}

/// An open payment page.
///
/// The session is not a payment: it says nothing about money.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The amount, when the answer says it.
    pub amount: Option<Money>,
    /// The whole answer.
    pub answer: Answer,
    interface: Interface,
    kind: SessionType,
}

impl Session {
    pub(crate) fn read(
        answer: Answer,
        interface: Interface,
        kind: SessionType,
    ) -> Result<Self, AnswerError> {
        let answer = answer.done()?;
        let id = answer.text("SessionId");
        Ok(Self {
            id: SessionId::new(id.ok_or(DecodeError::Missing { name: "SessionId" })?),
            amount: answer.money("Amount")?,
            answer,
            interface,
            kind,
        })
    }

    /// The address to send the browser to.
    ///
    /// # Errors
    ///
    /// [`PageUrlError`] when the session's id is not 36 hexadecimal digits and hyphens.
    pub fn page_url(&self, environment: &Environment) -> Result<String, PageUrlError> {
        if !self.id.is_well_formed() {
            return Err(PageUrlError);
        }
        // A page for a hold is called Pay as well.
        let page = match self.kind {
            SessionType::Pay | SessionType::Block => "Pay",
            SessionType::Add => "Add",
        };
        let id = percent_encode(self.id.as_str());
        Ok(environment.join(&format!("/{}/{page}?SessionId={id}", self.interface)))
    }
}

/// The id of a session is not what Payture documents: the browser is sent nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session's id is not 36 hexadecimal digits and hyphens")]
pub struct PageUrlError;
