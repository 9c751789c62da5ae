//! From "the buyer came back" to "handled once".
//!
//! Paytrek signs nothing and calls nobody. What the buyer's browser brings is a pointer; what decides is an
//! authenticated read of the sale, made by the server. One file per idea: which account (`merchant`), how a
//! sale begins (`open`), what the browser brings (`return_token`), what a sale says (`reading`), how it is
//! settled (`settle`) and with what result (`verdict`), plans (`plan`), and buyers who never come back
//! (`inquiry`).

mod builder;
mod inquiry;
mod merchant;
mod open;
mod page_url;
mod plan;
mod purchase;
mod reading;
mod return_token;
mod settle;
mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::DeliveryHandler;
use paid_once::{Gate, OrderKey, OrderLedger};

pub use builder::SettlementBuilder;
pub use merchant::{Merchant, MerchantError};
pub use open::{OpenError, OpenSale};
pub use page_url::PageUrl;
pub use plan::PlanVerdict;
pub use purchase::Purchase;
pub use reading::{Reading, Rejection, WhenAuthorized};
pub use return_token::{ReturnTokenError, return_token};
pub use verdict::Verdict;

use crate::{OrderId, PaytrekClient};

/// Settles each paid sale once.
///
/// 1. [`open`](Self::open) writes down what an order costs, creates the sale and remembers its token.
/// 2. The buyer pays, on the hosted page or with a charge.
/// 3. [`returned`](Self::returned), [`settle`](Self::settle) or the [reconciler](Self::reconciler) reads the sale. It is
///    settled when its token and order are the remembered ones, its currency and amount are the expected
///    ones, its status is `Paid` or `Ready to Send`, and nothing was refunded.
/// 4. The [gate](Gate) hands it to the shop's handler, once.
///
/// | the sale says | verdict |
/// |---|---|
/// | `Paid`, `Ready to Send` | the gate decides |
/// | `PreAuthorized`, and `Authorized` unless [chosen otherwise](WhenAuthorized) | [`Held`](Verdict::Held): capture it, then settle again |
/// | `Created`, `Declined`, anything else | [`NotPaid`](Verdict::NotPaid) |
/// | paid, with another amount or currency | the gate refuses and records it for review |
/// | paid, and something was refunded before it was settled | [`RefundedBefore`](Verdict::RefundedBefore), recorded for review |
/// | another order, or another token | [`Rejected`](Verdict::Rejected) |
///
/// A settled order stays settled, whatever is refunded later. Cheap to clone.
#[derive(Clone)]
pub struct Settlement(Arc<Parts>);

struct Parts {
    client: PaytrekClient,
    merchant: Merchant,
    ledger: Arc<dyn OrderLedger>,
    gate: Gate,
    handler: Arc<dyn DeliveryHandler>,
    when_authorized: WhenAuthorized,
    inquire_after: Duration,
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

    /// The client it reads sales with.
    #[must_use]
    pub fn client(&self) -> &PaytrekClient {
        &self.0.client
    }

    /// The gate, to [drain](Gate::drain) it on shutdown.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn OrderLedger> {
        &self.0.ledger
    }

    /// The key of an order in the ledger: environment, merchant account and order id.
    #[must_use]
    pub fn order_key(&self, order: &OrderId) -> OrderKey {
        self.purchase_key(&Purchase::Sale(order.clone()))
    }

    fn purchase_key(&self, purchase: &Purchase) -> OrderKey {
        let namespace = self.0.merchant.namespace(self.client().host());
        #[expect(
            clippy::expect_used,
            reason = "both parts are narrower than an order key"
        )]
        OrderKey::new(namespace, purchase.to_text()).expect("both parts fit an order key")
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settlement")
            .field("client", &self.0.client)
            .field("merchant", &self.0.merchant)
            .field("gate", &self.0.gate)
            .field("when_authorized", &self.0.when_authorized)
            .finish_non_exhaustive()
    }
}
