use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::{DeliveryHandler, Pauses, Reconciler, ReconcilerBuilder};
use paid_once::{Gate, OrderLedger};

use super::inquiry::{Parts, SaleInquiry};
use super::{Merchant, Settlement, WhenAuthorized};
use crate::PaytrekClient;

/// Makes a [`Settlement`].
#[must_use = "a settlement is made by build()"]
pub struct SettlementBuilder {
    parts: Parts,
    gate: Gate,
    handler: Arc<dyn DeliveryHandler>,
    reconciler: Box<dyn FnOnce(ReconcilerBuilder) -> ReconcilerBuilder>,
}

impl SettlementBuilder {
    pub(super) fn new(
        client: PaytrekClient,
        merchant: Merchant,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        handler: Arc<dyn DeliveryHandler>,
    ) -> Self {
        Self {
            parts: Parts {
                client,
                merchant,
                ledger,
                when_authorized: WhenAuthorized::Hold,
                inquire_after: Duration::from_secs(30),
            },
            gate,
            handler,
            reconciler: Box::new(|reconciler| reconciler),
        }
    }

    /// What the status `Authorized` stands for. Default: held, not paid.
    pub fn when_authorized(mut self, when_authorized: WhenAuthorized) -> Self {
        self.parts.when_authorized = when_authorized;
        self
    }

    /// How old an order is when it is asked about first, without a return. Default 30 s.
    pub fn inquire_after(mut self, age: Duration) -> Self {
        self.parts.inquire_after = age;
        self
    }

    /// Changes the settings of the [reconciler](Settlement::reconciler). Where nobody says otherwise it takes
    /// the orders that are due every 10 s, and asks about an unpaid one again after 30 s, doubling up to 10
    /// minutes.
    pub fn reconciler(
        mut self,
        configure: impl FnOnce(ReconcilerBuilder) -> ReconcilerBuilder + 'static,
    ) -> Self {
        self.reconciler = Box::new(configure);
        self
    }

    /// Makes the settlement.
    #[must_use]
    pub fn build(self) -> Settlement {
        let pauses = Pauses::new(Duration::from_secs(30), Duration::from_mins(10));
        let ledger = self.parts.ledger.clone();
        let inquiry = SaleInquiry::new(self.parts);
        let handler = self.handler;
        let handle = move |delivery| {
            let handler = handler.clone();
            async move { handler.handle(delivery).await }
        };
        let namespace = inquiry.namespace();
        let reconciler = Reconciler::builder(namespace, ledger, self.gate, inquiry.clone(), handle)
            .every(Duration::from_secs(10))
            .pauses(pauses);
        Settlement {
            inquiry,
            reconciler: (self.reconciler)(reconciler).build(),
        }
    }
}

impl fmt::Debug for SettlementBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettlementBuilder")
            .field("client", &self.parts.client)
            .field("merchant", &self.parts.merchant)
            .finish_non_exhaustive()
    }
}
