//! What a test tells the fake, and what the fake tells it.

use std::io;

use paid_once::BoxError;

use crate::settlement::Event;
use crate::states::State;

/// What happens to the next request of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request gets lost on its way: nothing is done, and no answer comes.
    LostBefore,
    /// The command is carried out, and its answer gets lost.
    LostAfter,
    /// HTTP 500 with a page of HTML; nothing is done.
    ServerError,
    /// This body instead of an answer; nothing is done.
    Answer(String),
}

/// Something about an order that changes behind the shop's back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// Its state.
    State(State),
    /// Its amount, in minor units.
    Amount(u64),
    /// The terminal that `GetState` names.
    MerchantContract(String),
    /// `Forwarded="True"`.
    Forwarded,
    /// The order id that `GetState` names.
    AnswersAs(String),
    /// A partial refund, in minor units, as the merchant's panel makes it.
    RefundedPart(u64),
}

/// An order as the fake has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderSnapshot {
    /// Its id.
    pub order_id: String,
    /// Its state.
    pub state: State,
    /// Its amount: what is left after partial refunds.
    pub amount: u64,
    /// What was asked for.
    pub requested: u64,
}

/// One attempt to deliver a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// The order.
    pub order_id: String,
    /// The event.
    pub event: Event,
    /// 1, 2, …
    pub attempt: u32,
    /// The HTTP status of the answer; `None` when none came.
    pub status: Option<u16>,
}

/// The fake cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FakeStartError {
    /// No port to listen at.
    #[error("the fake cannot listen on loopback")]
    Listen(#[source] io::Error),
    /// The HTTP client for notifications could not be set up.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] BoxError),
    /// Not an absolute http or https address.
    #[error("the address of notifications is http or https with a host")]
    NotifyUrl,
}

/// Something that cannot be done in the fake now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FakeActionError {
    /// Nobody opened such an order.
    #[error("the fake knows no such order")]
    UnknownOrder,
    /// The order has no page that waits for a card.
    #[error("the order has no page that waits for a card")]
    NoPage,
    /// The order is not charged, or less is left of it.
    #[error("the order is not charged, or less is left of it")]
    NotRefundable,
}
