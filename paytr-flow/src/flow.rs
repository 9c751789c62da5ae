use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Once};
use std::time::Duration;

use paytr_core::api::{Installments, PageDesign};
use paytr_core::client::StatusOfOrders;
use paytr_core::inquiry::ReconcilerBuilder;
use paytr_core::{
    CallbackGate, Disposition, Language, Mode, OrderLedger, PaytrClient, Reconciler,
    VerifiedPayment,
};

use crate::orders::OrderIds;
use crate::paths::Paths;
use crate::pay::PayLimiter;
use crate::{Checkout, PaymentHandler, TrustedProxies};

/// The purchase flow: see the [crate] for its routes and rules.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct PurchaseFlow {
    parts: Arc<FlowParts>,
}

/// What every clone of a flow shares.
pub(crate) struct FlowParts {
    pub(crate) client: PaytrClient,
    pub(crate) gate: CallbackGate,
    pub(crate) ledger: Arc<dyn OrderLedger>,
    pub(crate) checkout: Arc<dyn Checkout>,
    pub(crate) handler: Arc<dyn PaymentHandler>,
    pub(crate) paths: Paths,
    pub(crate) order_ids: OrderIds,
    pub(crate) mode: Mode,
    pub(crate) installments: Installments,
    pub(crate) design: PageDesign,
    pub(crate) timeout_minutes: u32,
    pub(crate) inquire_after: Duration,
    pub(crate) token_timeout: Duration,
    pub(crate) other_language: Language,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) ipv4_for_ipv6: Option<Ipv4Addr>,
    pub(crate) said: SaidOnce,
    pub(crate) pay_limiter: PayLimiter,
    pub(crate) title: String,
}

/// What the log says once, not with every order.
pub(crate) struct SaidOnce {
    forwarded: Once,
    ipv6: Once,
}

impl SaidOnce {
    pub(crate) fn nothing() -> Self {
        Self {
            forwarded: Once::new(),
            ipv6: Once::new(),
        }
    }
}

impl PurchaseFlow {
    pub(crate) fn from_parts(parts: FlowParts) -> Self {
        Self {
            parts: Arc::new(parts),
        }
    }

    pub(crate) fn parts(&self) -> &FlowParts {
        &self.parts
    }

    /// Takes a notification all the way, with the flow's handler. The caller holds the body to the
    /// gate's [limits](CallbackGate::limits) and answers with [`Disposition::reply`].
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive(&self, body: &[u8]) -> Disposition {
        let handler = self.handler();
        let handle = move |payment| async move { handler.handle(payment).await };
        self.parts.gate.receive(body, handle).await
    }

    /// The gate of the notifications.
    #[must_use]
    pub fn gate(&self) -> &CallbackGate {
        &self.parts.gate
    }

    /// What the shop does with a payment.
    #[must_use]
    pub fn handler(&self) -> Arc<dyn PaymentHandler> {
        Arc::clone(&self.parts.handler)
    }

    /// Starts to make the reconciler of this flow: it asks PayTR about orders whose notification did not
    /// come or that the handler did not take, and hands what is paid to the flow's handler. Run it in a
    /// task beside the server; see [`Reconciler::run`](paytr_core::Reconciler::run).
    pub fn reconciler(&self) -> ReconcilerBuilder {
        let parts = &*self.parts;
        let handler = self.handler();
        let handle = move |delivery| {
            let handler = Arc::clone(&handler);
            async move { handler.handle(VerifiedPayment::inquired(delivery)).await }
        };
        // Some time on top: a buyer may have begun with 3-D Secure when the page died.
        let page_life = Duration::from_secs(60) * (parts.timeout_minutes + 15);
        Reconciler::builder(
            parts.gate.merchant_id().to_string(),
            Arc::clone(&parts.ledger),
            parts.gate.gate().clone(),
            StatusOfOrders::new(parts.client.clone()),
            handle,
        )
        .page_life(page_life)
    }

    /// The ledger of the orders.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn OrderLedger> {
        &self.parts.ledger
    }

    /// The buyer's address: see [`TrustedProxies::client_ip`]. A flow without trusted proxies that meets the
    /// header says once in the log that it is ignored.
    #[must_use]
    pub fn client_ip<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl IntoIterator<Item = &'a [u8]>,
    ) -> IpAddr {
        let parts = &*self.parts;
        let mut forwarded_for = forwarded_for.into_iter().peekable();
        if parts.trusted_proxies.is_empty() && forwarded_for.peek().is_some() {
            parts.said.forwarded.call_once(|| {
                tracing::warn!(
                    "x-forwarded-for is ignored: no proxy is trusted. Behind a reverse proxy PayTR gets the \
                     proxy's address as the buyer's; name the proxy as a trusted one"
                );
            });
        }
        parts.trusted_proxies.client_ip(peer, forwarded_for)
    }

    /// The address that PayTR is told. Its documentation knows IPv4 only.
    pub(crate) fn address_to_send(&self, buyer: IpAddr) -> IpAddr {
        let parts = &*self.parts;
        match (buyer, parts.ipv4_for_ipv6) {
            (IpAddr::V6(_), Some(address)) => address.into(),
            (IpAddr::V6(_), None) => {
                parts.said.ipv6.call_once(|| {
                    tracing::warn!(
                        "a buyer has an IPv6 address. PayTR documents IPv4 for user_ip and may refuse the \
                         order; reach buyers by IPv4, or set the address to send (ipv4_for_ipv6_buyers)"
                    );
                });
                buyer
            }
            (IpAddr::V4(_), _) => buyer,
        }
    }

    /// Where the routes are mounted, such as `/paytr`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.parts.paths.prefix
    }

    /// The route of the notification: `/paytr/callback`.
    #[must_use]
    pub fn callback_path(&self) -> &str {
        &self.parts.paths.callback
    }

    /// The address to register as "Bildirim URL" in PayTR's panel.
    #[must_use]
    pub fn callback_url(&self) -> String {
        self.parts.paths.callback_url()
    }

    /// The route that opens an order: `/paytr/pay`. The payment page is one segment below it, the
    /// order id.
    #[must_use]
    pub fn pay_path(&self) -> &str {
        &self.parts.paths.pay
    }

    /// The route of the success page: `/paytr/ok`.
    #[must_use]
    pub fn ok_path(&self) -> &str {
        &self.parts.paths.ok
    }

    /// The route of the failure page: `/paytr/fail`.
    #[must_use]
    pub fn fail_path(&self) -> &str {
        &self.parts.paths.fail
    }

    /// The route of the orders' states: `/paytr/orders`. One segment below it is the order id.
    #[must_use]
    pub fn orders_path(&self) -> &str {
        &self.parts.paths.orders
    }
}

impl fmt::Debug for PurchaseFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PurchaseFlow")
            .field("callback_url", &self.callback_url())
            .field("mode", &self.parts.mode)
            .finish_non_exhaustive()
    }
}
