//! Compares PayTR's report of a day with the ledger of the shop.
//!
//! Notifications and inquiries go by orders that the shop knows. Only PayTR's own list shows what the shop
//! knows nothing of: an order that was paid and whose record is gone, say. Run it once a day, for the day
//! before.
//!
//! ```no_run
//! use std::sync::Arc;
//! use paytr_core::statement::Statement;
//! use paytr_core::{BoxError, Credentials, MemoryStore, PaytrClient};
//!
//! # async fn daily(credentials: Credentials, ledger: Arc<MemoryStore>) -> Result<(), BoxError> {
//! let statement = Statement::new(PaytrClient::new(credentials)?, ledger);
//! let check = statement.check("2026-01-31".parse()?).await?;
//! for difference in &check.differences {
//!     println!("{} {}", difference.order.order_id(), difference.kind.as_str());
//! }
//! // What PayTR has and the shop has not waits for a person from now on.
//! let recorded = statement.record_orphans(&check).await?;
//! println!("{recorded} new reviews");
//! # Ok(())
//! # }
//! ```
//!
//! # What is compared
//!
//! | PayTR's report | the ledger |
//! |---|---|
//! | each payment of the day | has the order as paid or undelivered, with this total, whenever that was |
//! | each refund of the day | has a refund of the order with this amount, whenever that was, executed or with an unknown outcome |
//! | lists the order | each order that was opened and settled on the day, live |
//!
//! A day is one of Turkey's, from 0:00 to 24:00 at UTC+3. A payment of its last second may be settled here on
//! the next day. So an order that the report lacks is looked for in the report of the day before, and
//! PayTR is asked about it, before it is called missing.
//!
//! What is not seen:
//!
//! * a refund that the ledger has as executed and PayTR does not list: no ledger lists refunds by day;
//! * a refund that is missing here, when the ledger has another one of the same order and amount: the
//!   report gives no references;
//! * a payment that the ledger has and PayTR does not, of an order that was not opened here (those of links)
//!   or was opened [longer](Statement::longest_pending) before.
//!
//! PayTR does not say which of its two amounts holds an instalment surcharge. A total that is one of them is
//! the same.
//!
//! # What it costs
//!
//! One request for the report, and one read of the ledger for each order in it. To find what PayTR lacks, the
//! orders that are paid are read page by page, newest first, down to those opened a week before the day, and
//! one more time each that PayTR does not list. If some are left, one more request, and one for each that
//! is left still. Nothing of it is on the way of a payment.

mod check;
mod listed;

use std::sync::Arc;
use std::time::Duration;

use paid_once::back_office::BackOfficeLedger;
use paid_once::{
    Money, OrderKey, OrderState, Payment, ReviewId, ReviewReason, Standing, StoreError,
};

use crate::callback::CallbackId;
use crate::wire::Date;
use crate::{PaytrClient, PaytrError};

/// PayTR's list of payments beside the ledger of the same merchant: see the [module](self).
#[derive(Clone)]
pub struct Statement {
    client: PaytrClient,
    ledger: Arc<dyn BackOfficeLedger>,
    links: Vec<CallbackId>,
    longest_pending: Duration,
}

impl Statement {
    /// Compares the merchant of `client` with its orders in `ledger`.
    #[must_use]
    pub fn new(client: PaytrClient, ledger: Arc<dyn BackOfficeLedger>) -> Self {
        Self {
            client,
            ledger,
            links: Vec::new(),
            longest_pending: Duration::from_secs(7 * 86_400),
        }
    }

    /// The same with the payment links of the shop, deleted ones too. PayTR makes the order ids of their
    /// payments and its report does not name the link, so an id that the ledger does not know is looked for
    /// among the payments of each.
    ///
    /// **A shop with links must name them all**: the payments of any other link are reported as missing, and
    /// whoever delivers such a review delivers twice.
    #[must_use]
    pub fn links(mut self, links: impl IntoIterator<Item = CallbackId>) -> Self {
        self.links.extend(links);
        self
    }

    /// The same for a shop whose orders may be pending so long. Default 7 days, as a reconciler's horizon.
    /// An order that was opened longer before the day is not looked for in PayTR's report.
    #[must_use]
    pub fn longest_pending(mut self, longest: Duration) -> Self {
        self.longest_pending = longest;
        self
    }

    /// Compares one day. Changes nothing.
    ///
    /// Ask about a day that is over, and some minutes after it: what is being paid and settled meanwhile is on
    /// one side only.
    ///
    /// # Errors
    ///
    /// [`StatementError`] when one side could not be read. Checking again is safe.
    pub async fn check(&self, day: Date) -> Result<StatementCheck, StatementError> {
        let check = check::of_day(self, day).await?;
        tracing::info!(
            %day,
            payments = check.payments,
            refunds = check.refunds,
            unreadable = check.unreadable,
            differences = check.differences.len(),
            "PayTR's report of a day is compared with the ledger"
        );
        Ok(check)
    }

    /// Records each payment that is [missing here](DifferenceKind::MissingHere) and not under review yet, for a
    /// person to look at, as [`OnlyInStatement`](ReviewReason::OnlyInStatement). Says how many.
    ///
    /// What was paid or is being handled since the check is left out. Twice is as good as once.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: some may be recorded. Recording again is safe.
    pub async fn record_orphans(&self, check: &StatementCheck) -> Result<usize, StoreError> {
        let mut recorded = 0;
        for (order, total) in check.orphans() {
            let life = self.ledger.life(order).await?;
            let is_paid = life.is_some_and(|life| life.record.state.paid_total().is_some());
            let payment = Payment::paid(order.clone(), total);
            if is_paid || self.ledger.standing(&payment).await? != Standing::Open {
                continue;
            }
            let why = ReviewReason::OnlyInStatement;
            self.ledger.review(&payment, why).await?;
            recorded += 1;
        }
        Ok(recorded)
    }
}

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statement")
            .field("client", &self.client)
            .field("links", &self.links.len())
            .field("longest_pending", &self.longest_pending)
            .finish_non_exhaustive()
    }
}

/// One day, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementCheck {
    /// The day.
    pub day: Date,
    /// How many orders PayTR lists a payment of.
    pub payments: usize,
    /// How many refunds PayTR lists.
    pub refunds: usize,
    /// How many rows of the report could not be compared: without an order id, a known kind or an amount.
    pub unreadable: usize,
    /// What differs: first PayTR's list by order id, then what is missing in it.
    pub differences: Vec<Difference>,
}

impl StatementCheck {
    /// Whether both sides agree, as far as they were compared: no difference, and no row that could not be
    /// read.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.differences.is_empty() && self.unreadable == 0
    }

    /// The payments that are missing here and under no review, with their totals.
    pub fn orphans(&self) -> impl Iterator<Item = (&OrderKey, Money)> {
        self.differences.iter().filter_map(|one| match one.kind {
            DifferenceKind::MissingHere {
                total,
                review: None,
                ..
            } => Some((&one.order, total)),
            _ => None,
        })
    }
}

/// One order of which PayTR says one thing and the ledger another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The order.
    pub order: OrderKey,
    /// What differs.
    pub kind: DifferenceKind,
}

impl Difference {
    fn new(order: OrderKey, kind: DifferenceKind) -> Self {
        Self { order, kind }
    }
}

/// How PayTR's list and the ledger differ about one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// PayTR lists a payment, and the ledger does not have the order as paid, delivered or not.
    MissingHere {
        /// What PayTR lists.
        total: Money,
        /// How the order stands in the ledger. `None`: the ledger does not know it.
        state: Option<OrderState>,
        /// The entry of the review queue with this payment, open or resolved.
        review: Option<ReviewId>,
    },
    /// The ledger settled the order as paid on this day, and PayTR lists no payment of it on this day or the
    /// day before, and says of no other day that it was paid then.
    MissingThere {
        /// What the ledger has.
        total: Money,
    },
    /// Both have it, with different totals. Where PayTR lists several payments of the order it is their sum.
    OtherAmount {
        /// What the ledger has.
        here: Money,
        /// What PayTR lists.
        there: Money,
    },
    /// Both have it, in different currencies.
    OtherCurrency {
        /// What the ledger has.
        here: Money,
        /// What PayTR lists.
        there: Money,
    },
    /// PayTR lists a refund that the ledger does not have, or has as surely not executed: made in PayTR's
    /// panel, say.
    RefundMissingHere {
        /// What PayTR lists.
        amount: Money,
    },
}

impl DifferenceKind {
    /// A stable name in `snake_case`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::MissingHere { .. } => "missing_here",
            Self::MissingThere { .. } => "missing_there",
            Self::OtherAmount { .. } => "other_amount",
            Self::OtherCurrency { .. } => "other_currency",
            Self::RefundMissingHere { .. } => "refund_missing_here",
        }
    }

    /// What the ledger has, if it has something.
    #[must_use]
    pub fn here(&self) -> Option<Money> {
        match *self {
            Self::MissingThere { total: here }
            | Self::OtherAmount { here, .. }
            | Self::OtherCurrency { here, .. } => Some(here),
            Self::MissingHere { .. } | Self::RefundMissingHere { .. } => None,
        }
    }

    /// What PayTR lists, if it lists something.
    #[must_use]
    pub fn there(&self) -> Option<Money> {
        match *self {
            Self::MissingHere { total: there, .. }
            | Self::OtherAmount { there, .. }
            | Self::OtherCurrency { there, .. }
            | Self::RefundMissingHere { amount: there } => Some(there),
            Self::MissingThere { .. } => None,
        }
    }
}

/// Why a day could not be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// PayTR gave no usable answer.
    #[error(transparent)]
    Paytr(#[from] PaytrError),
    /// PayTR's report has no rows where rows are known to stand.
    #[error("PayTR's report has no rows where rows are known to stand")]
    UnknownReport,
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Ledger(#[from] StoreError),
}
