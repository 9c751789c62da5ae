//! The cases for every [`OrderLedger`], one file per part of the contract.

mod idempotency;
mod reconciliation;
mod records;
mod retention;

pub use idempotency::*;
pub use reconciliation::*;
pub use records::*;
pub use retention::*;

use super::{OrderInTest, must};
use crate::{Expected, NewOrder, Opened, OrderLedger, OrderRecord, OrderState};

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
    pub(super) async fn open_new(&self) {
        assert_eq!(self.open(self.new_order()).await, Opened::New);
    }

    pub(super) async fn get(&self) -> Option<OrderRecord> {
        must("the order is read", self.store.get(&self.order).await)
    }

    /// The record of an order that must be known.
    pub(super) async fn record(&self) -> OrderRecord {
        must("the order is known", self.get().await.ok_or("it is not"))
    }

    pub(super) async fn state(&self) -> OrderState {
        self.record().await.state
    }

    pub(super) async fn expected_amount(&self) -> Expected {
        let expected = self.store.expected_amount(&self.order).await;
        must("the expected amount is read", expected)
    }
}
