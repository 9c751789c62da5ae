//! Orders as a ledger has them.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::{Expected, HandlerFailure, Mode, Money, OrderKey};

/// One order of the ledger. Whoever has the provider's handle may open the payment page, so `Debug`
/// does not show it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderRecord {
    /// Its key.
    pub order: OrderKey,
    /// What it costs.
    pub expected: Expected,
    /// Live or test.
    pub mode: Mode,
    /// The provider's handle, once attached.
    pub session: Option<String>,
    /// How it stands.
    pub state: OrderState,
    /// When it was opened, by the store's clock.
    pub opened_at: SystemTime,
}

impl OrderRecord {
    /// A record, as a store reads it.
    #[must_use]
    pub fn new(
        order: OrderKey,
        expected: Expected,
        mode: Mode,
        session: Option<String>,
        state: OrderState,
        opened_at: SystemTime,
    ) -> Self {
        Self {
            order,
            expected,
            mode,
            session,
            state,
            opened_at,
        }
    }
}

impl fmt::Debug for OrderRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRecord")
            .field("order", &self.order)
            .field("expected", &self.expected)
            .field("mode", &self.mode)
            .field("has_session", &self.session.is_some())
            .field("state", &self.state)
            .field("opened_at", &self.opened_at)
            .finish()
    }
}

/// An order that the provider is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DueOrder {
    /// The order.
    pub record: OrderRecord,
    /// How long ago it was opened, by the store's clock.
    pub age: Duration,
    /// How often it has been taken, this time included.
    pub taken: u32,
}

impl DueOrder {
    /// How often an order may have been taken and still be [hurried](crate::OrderLedger::hurry): 5.
    pub const HURRIED_AT_MOST: u32 = 5;

    /// A due order, as a store reads it.
    #[must_use]
    pub fn new(record: OrderRecord, age: Duration, taken: u32) -> Self {
        Self { record, age, taken }
    }
}

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderState {
    /// No settled payment yet; perhaps one is being handled for the first time.
    Pending,
    /// A success is settled.
    Paid {
        /// What was paid.
        total: Money,
        /// What of it was given back: the [executed](crate::refund::RefundState::Executed) refunds.
        refunded: Money,
    },
    /// A success was claimed, and no handler succeeded yet: the buyer has paid and has nothing.
    Undelivered(Undelivered),
    /// A verified payment was not delivered and waits for a person; nothing is paid. Once the person has
    /// [resolved](crate::OrderLedger::resolve) it, the order reads as it would without.
    Review,
    /// A failure is settled. A success may still follow.
    Failed,
    /// Nobody paid within the time that orders are asked about. A late success is still granted.
    Closed,
}

/// A verified success that no handler has taken so far: its lease was released or ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undelivered {
    /// What was paid.
    pub total: Money,
    /// How many claims on the order were not settled.
    pub attempts: u32,
    /// Since when, by the store's clock: the first time that a lease was released or ran out.
    pub since: SystemTime,
    /// How the last attempt ended. `None` when nobody could say: its process died, or it is at work
    /// now.
    pub last_failure: Option<HandlerFailure>,
}

impl Undelivered {
    /// An undelivered payment, as a store reads it.
    #[must_use]
    pub fn new(
        total: Money,
        attempts: u32,
        since: SystemTime,
        last_failure: Option<HandlerFailure>,
    ) -> Self {
        Self {
            total,
            attempts,
            since,
            last_failure,
        }
    }
}

impl OrderState {
    /// Paid, and nothing of it was given back.
    #[must_use]
    pub fn paid(total: Money) -> Self {
        let refunded = Money::new(0, total.currency());
        Self::Paid { total, refunded }
    }

    /// `pending`, `paid`, `undelivered`, `review`, `failed` or `closed`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid { .. } => "paid",
            Self::Undelivered(_) => "undelivered",
            Self::Review => "review",
            Self::Failed => "failed",
            Self::Closed => "closed",
        }
    }

    /// What the provider has confirmed that the buyer paid, delivered or not.
    #[must_use]
    pub fn paid_total(&self) -> Option<Money> {
        match *self {
            Self::Paid { total, .. } | Self::Undelivered(Undelivered { total, .. }) => Some(total),
            _ => None,
        }
    }

    /// What was given back, if anything was.
    #[must_use]
    pub fn refunded(&self) -> Option<Money> {
        match *self {
            Self::Paid { refunded, .. } => Some(refunded).filter(|sum| sum.minor_units() > 0),
            _ => None,
        }
    }
}
