//! From "the buyer came back" to "handled once".
//!
//! Paytrek signs nothing and calls nobody. What the buyer's browser brings is a pointer; what decides is an
//! authenticated read of the sale, made by the server. One file per idea: which account (`merchant`), how a
//! sale begins (`open`), what the browser brings (`return_token`) and what comes of it (`returned`), how
//! Paytrek is asked (`inquiry`), what a sale says (`judge`), plans (`plan`). The rest is the
//! [reconciler](paid_once::inquiry) that all providers share.

mod builder;
mod inquiry;
mod judge;
mod merchant;
mod open;
mod page_url;
mod plan;
mod purchase;
mod rejection;
mod return_token;
mod returned;

use std::sync::Arc;

use paid_once::inquiry::{DeliveryHandler, Reconciler};
use paid_once::{Gate, OrderKey, OrderLedger};

pub use builder::SettlementBuilder;
use inquiry::SaleInquiry;
pub use judge::WhenAuthorized;
pub use merchant::{Merchant, MerchantError};
pub use open::{OpenError, OpenSale};
pub use page_url::PageUrl;
pub use purchase::Purchase;
pub use rejection::Rejection;
pub use return_token::{ReturnTokenError, return_token};

use crate::{OrderId, PaytrekClient};

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
