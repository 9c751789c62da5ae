use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::DeliveryHandler;
use paid_once::{Gate, OrderLedger};

use super::{Merchant, Parts, Settlement, WhenAuthorized};
use crate::PaytrekClient;

/// Makes a [`Settlement`].
#[must_use = "a settlement is made by build()"]
pub struct SettlementBuilder(Parts);

impl SettlementBuilder {
    pub(super) fn new(
        client: PaytrekClient,
        merchant: Merchant,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        handler: Arc<dyn DeliveryHandler>,
    ) -> Self {
        Self(Parts {
            client,
            merchant,
            ledger,
            gate,
            handler,
            when_authorized: WhenAuthorized::Hold,
            inquire_after: Duration::from_secs(30),
        })
    }

    /// What the status `Authorized` stands for. Default: held, not paid.
    pub fn when_authorized(mut self, when_authorized: WhenAuthorized) -> Self {
        self.0.when_authorized = when_authorized;
        self
    }

    /// How old an order is when the [reconciler](Settlement::reconciler) asks about it first. Default 30 s.
    pub fn inquire_after(mut self, age: Duration) -> Self {
        self.0.inquire_after = age;
        self
    }

    /// Makes the settlement.
    pub fn build(self) -> Settlement {
        Settlement(Arc::new(self.0))
    }
}

impl fmt::Debug for SettlementBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettlementBuilder")
            .field("client", &self.0.client)
            .field("merchant", &self.0.merchant)
            .finish_non_exhaustive()
    }
}
