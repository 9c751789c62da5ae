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
