//! The cases for every [`OrderLedger`], one file per part of the contract.

mod closing;
mod due;
mod idempotency;
mod reconciler;
mod records;
mod retention;
mod reviews;
mod undelivered;

pub use closing::*;
pub use due::*;
pub use idempotency::*;
pub use reconciler::*;
pub use records::*;
pub use retention::*;
pub use reviews::*;
pub use undelivered::*;

use std::time::Duration;

use super::{OrderInTest, must};
use crate::{DueOrder, Expected, NewOrder, Opened, OrderKey, OrderLedger, OrderRecord, OrderState};

/// What the usual payment pays.
fn usual_price() -> Expected {
    Expected::AtLeast(super::total(3_456))
}

impl<Store: OrderLedger> OrderInTest<Store> {
    pub(super) fn new_order(&self) -> NewOrder {
        NewOrder::new(self.order.clone(), usual_price())
    }

    pub(super) async fn open(&self, order: NewOrder) -> Opened {
        must("the ledger answers open", self.store.open(order).await)
    }

    /// The order is opened and must be new.
    pub(in crate::testing) async fn open_new(&self) {
        assert_eq!(self.open(self.new_order()).await, Opened::New);
    }

    pub(super) async fn get(&self) -> Option<OrderRecord> {
        must("the order is read", self.store.get(&self.order).await)
    }

    /// The record of an order that must be known.
    pub(in crate::testing) async fn record(&self) -> OrderRecord {
        must("the order is known", self.get().await.ok_or("it is not"))
    }

    pub(in crate::testing) async fn state(&self) -> OrderState {
        self.record().await.state
    }

    pub(super) async fn expected_amount(&self) -> Expected {
        let expected = self.store.expected_amount(&self.order).await;
        must("the expected amount is read", expected)
    }

    /// The order is opened, must be new, and is due at once.
    pub(in crate::testing) async fn open_due(&self) {
        let due = self.new_order().with_inquire_after(Duration::ZERO);
        assert_eq!(self.open(due).await, Opened::New);
    }

    pub(in crate::testing) async fn take(&self, limit: u32, busy_for: Duration) -> Vec<DueOrder> {
        let merchant = self.order.merchant();
        let taken = self.store.take_due(merchant, limit, busy_for).await;
        must("due orders are taken", taken)
    }

    /// The orders that are due, none of which is taken.
    pub(super) async fn due(&self) -> Vec<OrderKey> {
        let due = self.store.due(self.order.merchant(), 1_000).await;
        keys(must("due orders are read", due))
    }

    pub(super) async fn hurry(&self) {
        must("the order is hurried", self.store.hurry(&self.order).await);
    }

    pub(in crate::testing) async fn close(&self) -> bool {
        must(
            "the ledger answers close",
            self.store.close(&self.order).await,
        )
    }
}

/// The keys of due orders, in their order.
fn keys(due: Vec<DueOrder>) -> Vec<OrderKey> {
    due.into_iter().map(|due| due.record.order).collect()
}
