//! Verified payments that were not delivered, and what a person made of them.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::time::SystemTime;

use crate::{Money, OrderKey, Payment};

/// One entry of the review queue: a verified payment that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// Names the entry. Newer entries have larger ones.
    pub id: ReviewId,
    /// The whole payment, as it was first seen.
    pub payment: Payment,
    /// Why it was not delivered.
    pub reason: ReviewReason,
    /// How often it was seen: at least 1.
    pub seen: u32,
    /// When it was first seen, by the store's clock.
    pub first_seen: SystemTime,
    /// When it was last seen, by the store's clock.
    pub last_seen: SystemTime,
    /// What a person made of it. `None` while it is open.
    pub resolved: Option<Resolved>,
}

impl Review {
    /// The open review of a payment that was seen once, as a store reads it.
    #[must_use]
    pub fn new(id: ReviewId, payment: Payment, reason: ReviewReason, seen_at: SystemTime) -> Self {
        Self {
            id,
            payment,
            reason,
            seen: 1,
            first_seen: seen_at,
            last_seen: seen_at,
            resolved: None,
        }
    }

    /// The same review, seen so often, the last time then.
    #[must_use]
    pub fn with_seen(mut self, seen: u32, last_seen: SystemTime) -> Self {
        self.seen = seen;
        self.last_seen = last_seen;
        self
    }

    /// The same review with what a person made of it.
    #[must_use]
    pub fn with_resolved(mut self, resolved: Option<Resolved>) -> Self {
        self.resolved = resolved;
        self
    }

    /// The order it names.
    #[must_use]
    pub fn order(&self) -> &OrderKey {
        &self.payment.order
    }

    /// The total it claims, if it is a success.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        self.payment.total()
    }

    /// Whether nobody has resolved it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resolved.is_none()
    }
}

/// Names one entry of a review queue. Displays and parses as a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReviewId(u64);

impl ReviewId {
    /// The id of this number, as a store reads it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ReviewId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How an entry was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// The payment was delivered, through the gate.
    Delivered,
    /// The money was given back.
    Refunded,
    /// Nothing is to be done.
    Dismissed,
}

impl Resolution {
    /// Every resolution.
    pub const ALL: [Self; 3] = [Self::Delivered, Self::Refunded, Self::Dismissed];

    /// A stable name in `snake_case`, for stores.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Refunded => "refunded",
            Self::Dismissed => "dismissed",
        }
    }

    /// The resolution with this [name](Self::as_str).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a person made of an entry. It is written once and stays.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// How.
    pub resolution: Resolution,
    /// Who.
    pub by: String,
    /// Why, in that person's words. May be empty.
    pub note: String,
    /// When, by the store's clock.
    pub at: SystemTime,
}

impl Resolved {
    /// A resolution, as a store reads it.
    #[must_use]
    pub fn new(resolution: Resolution, by: String, note: String, at: SystemTime) -> Self {
        Self {
            resolution,
            by,
            note,
            at,
        }
    }
}

/// A ledger's answer to a [resolution](crate::OrderLedger::resolve).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "somebody else may have resolved it"]
pub enum Resolving {
    /// Resolved by this call.
    Now,
    /// Somebody resolved it before. Nothing was changed.
    Already(Resolved),
    /// There is no such entry.
    Unknown,
}

/// Which entries of the review queue to list. The default lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewFilter {
    /// Open ones only, or resolved ones only.
    pub open: Option<bool>,
    /// Those of one order only.
    pub order: Option<OrderKey>,
    /// Those with one reason only.
    pub reason: Option<ReviewReason>,
    /// Those older than this entry only: where the last page ended.
    pub before: Option<ReviewId>,
}

impl ReviewFilter {
    /// All entries, resolved ones too.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The entries that wait for a person.
    #[must_use]
    pub fn open() -> Self {
        Self {
            open: Some(true),
            ..Self::default()
        }
    }

    /// The entries of one order, resolved ones too.
    #[must_use]
    pub fn of_order(order: OrderKey) -> Self {
        Self {
            order: Some(order),
            ..Self::default()
        }
    }

    /// The same, but only those with this reason.
    #[must_use]
    pub fn because(mut self, reason: ReviewReason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The same, but only those older than this entry.
    #[must_use]
    pub fn before(mut self, entry: ReviewId) -> Self {
        self.before = Some(entry);
        self
    }

    /// Whether a review is listed.
    #[must_use]
    pub fn lists(&self, review: &Review) -> bool {
        self.open.is_none_or(|open| open == review.is_open())
            && self
                .order
                .as_ref()
                .is_none_or(|order| order == review.order())
            && self.reason.is_none_or(|reason| reason == review.reason)
            && self.before.is_none_or(|before| review.id < before)
    }
}

/// Why a verified payment was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReviewReason {
    /// The shop knows no such order.
    UnknownOrder,
    /// The total does not match the shop's records.
    AmountMismatch,
    /// The total is further above the price than a surcharge may be: see [`SurchargeLimit`](crate::SurchargeLimit).
    SurchargeTooHigh,
    /// The currency does not match the shop's records.
    CurrencyMismatch,
    /// A test payment where live ones are expected.
    TestPayment,
    /// The order is settled with another total.
    Conflict,
    /// The provider, asked again, contradicted its own message.
    ReadBackContradicted,
    /// The message does not say in a readable way which currency was paid.
    UnreadableCurrency,
    /// The message does not say in a readable way which amount was asked for.
    UnreadableRequested,
    /// The message does not say in a readable way whether it is a test.
    UnreadableMode,
    /// Money went back to the buyer before the payment was delivered.
    RefundedBefore,
    /// The buyer's bank disputes the payment, or took the money back.
    Disputed,
    /// The money was taken on another terminal of the merchant than the order's.
    OtherTerminal,
    /// The provider took the money of one order twice.
    PaidTwice,
    /// The provider's statement lists a payment that the ledger does not have.
    OnlyInStatement,
}

impl ReviewReason {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::UnknownOrder,
        Self::AmountMismatch,
        Self::SurchargeTooHigh,
        Self::CurrencyMismatch,
        Self::TestPayment,
        Self::Conflict,
        Self::ReadBackContradicted,
        Self::UnreadableCurrency,
        Self::UnreadableRequested,
        Self::UnreadableMode,
        Self::RefundedBefore,
        Self::Disputed,
        Self::OtherTerminal,
        Self::PaidTwice,
        Self::OnlyInStatement,
    ];

    /// A stable name in `snake_case`, for stores and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown_order",
            Self::AmountMismatch => "amount_mismatch",
            Self::SurchargeTooHigh => "surcharge_too_high",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::TestPayment => "test_payment",
            Self::Conflict => "conflict",
            Self::ReadBackContradicted => "read_back_contradicted",
            Self::UnreadableCurrency => "unreadable_currency",
            Self::UnreadableRequested => "unreadable_requested",
            Self::UnreadableMode => "unreadable_mode",
            Self::RefundedBefore => "refunded_before",
            Self::Disputed => "disputed",
            Self::OtherTerminal => "other_terminal",
            Self::PaidTwice => "paid_twice",
            Self::OnlyInStatement => "only_in_statement",
        }
    }

    /// The reason with this [name](Self::as_str).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for ReviewReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
