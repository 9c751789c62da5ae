use std::future::Future;
use std::time::Duration;

use paid_once::{BoxError, OrderKey, StoreError};

use super::{Disposition, PaytureGate, VerifiedPayment};
use crate::values::OrderId;

/// What a reconciliation found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reconciliation {
    /// Every order that was asked about, and what became of it.
    pub checked: Vec<(OrderId, Disposition)>,
}

impl Reconciliation {
    /// How many orders were settled by it.
    #[must_use]
    pub fn settled(&self) -> usize {
        let settled = self
            .checked
            .iter()
            .filter(|(_, what)| *what == Disposition::Settled);
        settled.count()
    }
}

impl PaytureGate {
    /// Asks Payture about the orders of this terminal that were opened at least `age` ago and are not
    /// settled, oldest first, at most `limit`, one after the other. Payture sends a notification once by
    /// default: run this every minute or so.
    ///
    /// Orders that nobody will ever pay stay pending: [`purge`](paid_once::OrderLedger::purge) them, or
    /// they fill the `limit`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the ledger could not be read.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn reconcile<H, F, E>(
        &self,
        age: Duration,
        limit: u32,
        handler: H,
    ) -> Result<Reconciliation, StoreError>
    where
        H: Fn(VerifiedPayment) -> F + Clone + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let mut found = Reconciliation::default();
        for record in self.ledger().unsettled_since(age, limit).await? {
            let Some(order) = self.own(&record.order) else {
                continue;
            };
            let disposition = self.check(&order, handler.clone()).await;
            found.checked.push((order, disposition));
        }
        Ok(found)
    }

    /// Asks Payture about one order again and again, after each of the `pauses`, until it is settled.
    /// Returns what became of it at last.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn watch<H, F, E>(
        &self,
        order: &OrderId,
        pauses: impl Iterator<Item = Duration>,
        handler: H,
    ) -> Option<Disposition>
    where
        H: Fn(VerifiedPayment) -> F + Clone + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let mut last = None;
        for pause in pauses {
            tokio::time::sleep(pause).await;
            let disposition = self.check(order, handler.clone()).await;
            let is_settled = disposition.is_settled();
            last = Some(disposition);
            if is_settled {
                break;
            }
        }
        last
    }

    /// The order's id, if the order is of this terminal.
    fn own(&self, key: &OrderKey) -> Option<OrderId> {
        let order = OrderId::new(key.order_id()).ok()?;
        (self.terminal().order_key(&order) == *key).then_some(order)
    }
}
