use paid_once::Money;

use crate::answer::{Answer, AnswerError, DecodeError, Success};
use crate::inner::percent_encode;
use crate::states::Hold;
use crate::three_ds::Challenge;
use crate::values::{OrderId, SessionId};
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

/// A card command either ends, or the cardholder must first prove who they are.
#[derive(Debug, Clone)]
#[must_use = "nothing is paid while the cardholder must still prove who they are"]
pub enum Step<T> {
    /// Carried out.
    Done(T),
    /// Send the browser to the bank.
    ThreeDs(Challenge),
}

impl<T> Step<T> {
    pub(crate) fn read(
        answer: Answer,
        done: impl FnOnce(Answer) -> Result<T, AnswerError>,
    ) -> Result<Self, AnswerError> {
        match answer.success() {
            Success::ThreeDs => Ok(Self::ThreeDs(answer.challenge()?)),
            Success::True => done(answer).map(Self::Done),
            Success::False => Err(answer.refused()),
        }
    }

    /// The end, unless there is a step in between.
    #[must_use]
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(done) => Some(done),
            Self::ThreeDs(_) => None,
        }
    }

    /// The step in between, if there is one.
    #[must_use]
    pub fn challenge(self) -> Option<Challenge> {
        match self {
            Self::Done(_) => None,
            Self::ThreeDs(challenge) => Some(challenge),
        }
    }
}

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
