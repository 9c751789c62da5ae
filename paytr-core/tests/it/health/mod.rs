//! How a shop's payments stand: the readiness check, the gauges, and the alarms on them.

#[cfg(feature = "metrics")]
mod board;
#[cfg(feature = "metrics")]
mod gauges;
#[cfg(feature = "metrics")]
mod monitoring;
mod moody_ledger;
mod readiness;

use std::sync::Arc;
use std::time::Duration;

use paytr_core::inquiry::{Answer, Inquiry};
use paytr_core::paid_once::{Delivery, OrderRecord};
use paytr_core::{
    BoxError, Currency, Expected, Gate, MemoryStore, Money, NewOrder, OrderKey, OrderLedger as _,
    Reconciler, async_trait,
};

const MINUTE: Duration = Duration::from_secs(60);

fn key(id: &str) -> OrderKey {
    OrderKey::new("123456", id).unwrap()
}

fn ten_lira() -> Money {
    Money::new(1_000, Currency::TRY)
}

/// Opens an order that PayTR is to be asked about then.
async fn open_order(store: &MemoryStore, order: &OrderKey, inquire_after: Duration) {
    let order = NewOrder::new(order.clone(), Expected::AtLeast(ten_lira()));
    let order = order.with_inquire_after(inquire_after);
    let _ = store.open(order).await.unwrap();
}

/// Says "not paid so far", or nothing about an order called `SILENT`.
struct NotYet;

#[async_trait]
impl Inquiry for NotYet {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        match order.order.order_id() {
            "SILENT" => Answer::Unavailable,
            _ => Answer::NotYet,
        }
    }
}

fn reconciler(merchant: &str, store: Arc<MemoryStore>) -> Reconciler {
    let gate = Gate::builder(store.clone(), store.clone()).build().unwrap();
    let handler = async |_: Delivery| Ok::<_, BoxError>(());
    Reconciler::builder(merchant, store, gate, NotYet, handler).build()
}
