//! What a shop's back office reads of a ledger.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::refund::RefundLedger;
use crate::{OrderKey, OrderLedger, OrderRecord, StoreError};

/// A ledger that a person can look into: lists, one order's life, counts. Nothing here writes, and nothing
/// here is on the way of a payment.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown in a back office",
    note = "the ledgers of `paid-once`, `paid-once-sqlx` and `paid-once-redis` can"
)]
#[async_trait]
pub trait BackOfficeLedger: OrderLedger + RefundLedger {
    /// Orders that this shop opened, newest first (of one moment, by falling id), at most
    /// `limit`. The next page is [after](OrderFilter::after) the last one of this; after an order that is
    /// not known, nothing is listed.
    ///
    /// With a [state](OrderFilter::state) it may have to read many others to find `limit` orders.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError>;

    /// What the ledger knows of an order, also of one that was never opened and only paid.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be read.
    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError>;

    /// Payments of all merchants settled and refused in each of the last `hours` hours, oldest first, always `hours`
    /// entries. The last one is the hour that is not over yet. Hours begin at full hours of UTC.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError>;

    /// How the ledger stands, all merchants and all of it counted now: for metrics and alarms, every half minute or so.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be read.
    async fn gauges(&self) -> Result<LedgerGauges, StoreError>;
}

/// Which orders to list. The default lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderFilter {
    /// Those of this merchant namespace only.
    pub merchant: Option<String>,
    /// Those whose state has this [name](crate::OrderState::as_str) only.
    pub state: Option<String>,
    /// Those whose id starts with this only.
    pub starts_with: String,
    /// Those listed after this order only: the last one of the page before.
    pub after: Option<OrderKey>,
}

impl OrderFilter {
    /// All orders.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The orders of one merchant namespace.
    #[must_use]
    pub fn of_merchant(merchant: impl Into<String>) -> Self {
        Self {
            merchant: Some(merchant.into()),
            ..Self::default()
        }
    }

    /// The same, but only those in the state with this [name](crate::OrderState::as_str).
    #[must_use]
    pub fn in_state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// The same, but only those whose id starts so.
    #[must_use]
    pub fn starting_with(mut self, start: impl Into<String>) -> Self {
        self.starts_with = start.into();
        self
    }

    /// The same, but only those after this order.
    #[must_use]
    pub fn after(mut self, order: OrderKey) -> Self {
        self.after = Some(order);
        self
    }
}

/// What a ledger knows of one order beside its reviews and refunds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderLife {
    /// The order. One that was never opened expects [`Unknown`](crate::Expected::Unknown).
    pub record: OrderRecord,
    /// Whether this shop opened it.
    pub was_opened: bool,
    /// How often a payment of it was handed to a handler.
    pub attempts: u64,
    /// How many of these were not settled since the last settlement.
    pub unsettled: u32,
    /// Until when a handler may be at work. In the past: it never ended.
    pub handler_until: Option<SystemTime>,
    /// When a failure was settled last.
    pub failed_at: Option<SystemTime>,
    /// When the success was settled.
    pub paid_at: Option<SystemTime>,
    /// When it was given up unpaid.
    pub closed_at: Option<SystemTime>,
    /// How often it was taken to be asked about.
    pub inquiries: u32,
    /// When it is asked about next.
    pub next_inquiry: Option<SystemTime>,
}

impl OrderLife {
    /// The life of an order of which nothing but its record is known, as a store begins to read it.
    #[must_use]
    pub fn new(record: OrderRecord) -> Self {
        Self {
            record,
            was_opened: true,
            attempts: 0,
            unsettled: 0,
            handler_until: None,
            failed_at: None,
            paid_at: None,
            closed_at: None,
            inquiries: 0,
            next_inquiry: None,
        }
    }
}

/// What happened in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourCount {
    /// When the hour began.
    pub begin: SystemTime,
    /// Successes that were settled in it.
    pub paid: u64,
    /// Payments that were refused in it: entries of the review queue seen for the first time.
    pub refused: u64,
}

impl HourCount {
    /// The hours to fill, oldest first, all of them empty. The last one holds `now`.
    #[must_use]
    pub fn last(hours: u32, now: SystemTime) -> Vec<Self> {
        const HOUR: u64 = 3_600;
        let since = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let this = since.as_secs() / HOUR;
        let back = (0..u64::from(hours)).rev();
        back.map(|back| Self {
            begin: SystemTime::UNIX_EPOCH + Duration::from_secs(this.saturating_sub(back) * HOUR),
            paid: 0,
            refused: 0,
        })
        .collect()
    }
}

/// How a ledger stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerGauges {
    /// Orders that are paid and not delivered.
    pub undelivered: u64,
    /// Entries of the review queue that nobody has resolved.
    pub reviews_open: u64,
    /// Refunds whose outcome is unknown or not written yet.
    pub refunds_undecided: u64,
    /// How long the order that has been due longest has been waiting to be asked about. `None` when none
    /// is due.
    pub oldest_due: Option<Duration>,
    /// Leases that ran out and were neither settled nor released: their handlers died.
    pub claims_over_lease: u64,
}

impl LedgerGauges {
    /// A ledger without anything that waits, as a store begins to count.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
