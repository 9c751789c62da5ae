use crate::settlement::Event;
use crate::states::State;

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
