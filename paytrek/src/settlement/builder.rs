use std::fmt;
use std::sync::Arc;

use paid_once::{Gate, OrderLedger};

use super::{Merchant, Parts, SaleHandler, Settlement, WhenAuthorized};
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
        handler: Arc<dyn SaleHandler>,
    ) -> Self {
        Self(Parts {
            client,
            merchant,
            ledger,
            gate,
            handler,
            when_authorized: WhenAuthorized::Hold,
        })
    }

    /// What the status `Authorized` stands for. Default: held, not paid.
    pub fn when_authorized(mut self, when_authorized: WhenAuthorized) -> Self {
        self.0.when_authorized = when_authorized;
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
