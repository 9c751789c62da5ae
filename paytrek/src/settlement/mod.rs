//! From "the buyer came back" to "handled once".
//!
//! Paytrek signs nothing and calls nobody. What the buyer's browser brings is a pointer; what decides is an
//! authenticated read of the sale, made by the server. One file per idea: which account and which purchase
//! (`key`), how a sale begins (`open`), what the browser brings and what comes of it (`returned`), how Paytrek
//! is asked and what a sale says (`inquiry`), plans (`plan`). The rest is the
//! [reconciler](paid_once::inquiry) that all providers share.

mod inquiry;
mod key;
mod open;
mod plan;
mod returned;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::{DeliveryHandler, Pauses, Reconciler, ReconcilerBuilder};
use paid_once::{Gate, OrderKey, OrderLedger};

use crate::{OrderId, PaytrekClient};
use inquiry::{Parts, SaleInquiry};

pub use inquiry::WhenAuthorized;
pub use key::{Merchant, MerchantError, Purchase};
pub use open::{OpenError, OpenSale, PageUrl};
pub use returned::{Rejection, ReturnTokenError, return_token};

/// Settles each paid sale once.
///
/// 1. [`open`](Self::open) writes down what an order costs, creates the sale and remembers its token.
/// 2. The buyer pays, on the hosted page or with a charge.
/// 3. [`returned`](Self::returned), [`settle`](Self::settle) or the [reconciler](Self::reconciler) reads the
///    sale. It is settled when its token and order are the remembered ones, its currency and amount are the
///    expected ones, its status is `Paid` or `Ready to Send`, and nothing was refunded.
/// 4. The [gate](Gate) hands it to the shop's handler, once.
///
/// | the sale says | [`Found`](paid_once::inquiry::Found) |
/// |---|---|
/// | `Paid`, `Ready to Send` | `Paid`: the gate decides |
/// | the same, with another amount or currency | `Paid`: the gate refuses and records it for review |
/// | the same, and perhaps something was refunded before it was settled | `Review`: recorded |
/// | `PreAuthorized`, and `Authorized` unless [chosen otherwise](WhenAuthorized): the money is held, perhaps in fraud review | `StaysOpen`: capture it, then settle |
/// | `Created`, `Declined`, and its time is over by Paytrek's clock | `Failed`: a success may still follow |
/// | `Created`, `Declined`, anything else | `NotYet` |
/// | another order or token, nothing readable | `Unavailable` |
///
/// A settled order stays settled, whatever is refunded later. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Settlement {
    inquiry: SaleInquiry,
    reconciler: Reconciler,
}

impl Settlement {
    /// Starts to make a settlement. `gate` must stand on `ledger`.
    pub fn builder(
        client: PaytrekClient,
        merchant: Merchant,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        handler: impl DeliveryHandler,
    ) -> SettlementBuilder {
        SettlementBuilder::new(client, merchant, ledger, gate, Arc::new(handler))
    }

    /// Asks about the orders that are due. Paytrek calls nobody, so [run](Reconciler::run) it: without it,
    /// whoever pays and does not come back is forgotten. Plans are asked about for as long as the ledger has
    /// them.
    ///
    /// ```no_run
    /// # async fn start(settlement: paytrek::Settlement, stop: impl Future<Output = ()>) {
    /// settlement.reconciler().run(stop).await;
    /// # }
    /// ```
    #[must_use]
    pub fn reconciler(&self) -> &Reconciler {
        &self.reconciler
    }

    /// The client it reads sales with.
    #[must_use]
    pub fn client(&self) -> &PaytrekClient {
        self.inquiry.client()
    }

    /// The gate, to [drain](Gate::drain) it on shutdown.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        self.reconciler.gate()
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn OrderLedger> {
        self.reconciler.ledger()
    }

    /// The key of an order in the ledger: environment, merchant account and order id.
    #[must_use]
    pub fn order_key(&self, order: &OrderId) -> OrderKey {
        self.inquiry.key(&Purchase::Sale(order.clone()))
    }
}

/// Makes a [`Settlement`].
#[must_use = "a settlement is made by build()"]
pub struct SettlementBuilder {
    parts: Parts,
    gate: Gate,
    handler: Arc<dyn DeliveryHandler>,
    reconciler: Box<dyn FnOnce(ReconcilerBuilder) -> ReconcilerBuilder>,
}

impl SettlementBuilder {
    fn new(
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
