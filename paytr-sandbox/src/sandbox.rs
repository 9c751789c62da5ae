use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use paytr_core::Credentials;

use crate::builder::base_url;
use crate::courier::notify_url;
use crate::delivery::NotificationState;
use crate::shared::Shared;
use crate::state::{CardChoice, State, THREE_D_SECURE_CODE};
use crate::{
    ActionError, EftOutcome, OrderSnapshot, Proxy, SandboxBuilder, StartError, TestCard,
    WaitTimeout,
};

/// A running sandbox. It stops when it is dropped; [`shutdown`](Self::shutdown) also waits for it.
pub struct Sandbox {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    base_url: String,
    proxy: Option<Proxy>,
    credentials: Credentials,
}

impl Sandbox {
    /// Starts to make one.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn new(
        shared: Arc<Shared>,
        address: SocketAddr,
        proxy: Option<Proxy>,
        credentials: Credentials,
    ) -> Self {
        Self {
            shared,
            address,
            base_url: base_url(address),
            proxy,
            credentials,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for a client, such as `http://127.0.0.1:40001`. A browser finds the dashboard there.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its proxy, if it was [built](SandboxBuilder::proxy) with one.
    #[must_use]
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// The sandbox merchant's credentials.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// Sets where notifications go, and sends those that wait.
    ///
    /// # Errors
    ///
    /// [`StartError::NotifyUrl`] when it is not http or https with a host.
    pub fn set_notify_url(&self, url: &str) -> Result<(), StartError> {
        let url = notify_url(url)?;
        let known: Vec<_> = self.shared.change(|state| {
            state.notify_url = Some(url);
            state.orders().map(|(id, _)| id.to_owned()).collect()
        });
        for merchant_oid in known {
            self.shared.deliver(&merchant_oid);
        }
        Ok(())
    }

    /// Every order, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderSnapshot> {
        self.shared.read(|state| {
            let known = state.orders();
            known
                .filter_map(|(id, _)| OrderSnapshot::of(state, id))
                .collect()
        })
    }

    /// One order.
    #[must_use]
    pub fn order(&self, merchant_oid: &str) -> Option<OrderSnapshot> {
        self.shared
            .read(|state| OrderSnapshot::of(state, merchant_oid))
    }

    /// Pays an order in one payment, as a buyer with this card would, the 3-D Secure code included. A
    /// declined card is not an error: it declines.
    ///
    /// # Errors
    ///
    /// [`ActionError`].
    pub fn pay(&self, merchant_oid: &str, card: TestCard) -> Result<(), ActionError> {
        self.pay_in_installments(merchant_oid, card, 1)
    }

    /// Pays an order in 2 to 12 instalments; 1 is a single payment.
    ///
    /// # Errors
    ///
    /// [`ActionError`].
    pub fn pay_in_installments(
        &self,
        merchant_oid: &str,
        card: TestCard,
        installments: u8,
    ) -> Result<(), ActionError> {
        self.shared
            .pay(merchant_oid, CardChoice { card, installments })
    }

    /// Leaves the payment page: `failed` with code 6.
    ///
    /// # Errors
    ///
    /// [`ActionError`].
    pub fn leave(&self, merchant_oid: &str) -> Result<(), ActionError> {
        self.shared.act_on_order(merchant_oid, State::leave)
    }

    /// Decides what becomes of a bank transfer.
    ///
    /// # Errors
    ///
    /// [`ActionError`].
    pub fn decide_transfer(
        &self,
        merchant_oid: &str,
        outcome: EftOutcome,
    ) -> Result<(), ActionError> {
        self.shared.act_on_order(merchant_oid, |state, token, now| {
            state.decide_transfer(token, outcome, now)
        })
    }

    /// Sends again: the notifications that have stopped, or else the newest one, also when it was
    /// acknowledged.
    ///
    /// # Errors
    ///
    /// [`ActionError::UnknownOrder`], [`ActionError::NothingToSend`].
    pub fn resend(&self, merchant_oid: &str) -> Result<(), ActionError> {
        self.shared.resend(merchant_oid)
    }

    /// Moves the sandbox's clock ahead: payment pages expire and resends become due.
    pub fn advance_clock(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Waits until the order has notifications and all are acknowledged.
    ///
    /// # Errors
    ///
    /// [`WaitTimeout`] when that does not happen within `limit`.
    pub async fn wait_until_acknowledged(
        &self,
        merchant_oid: &str,
        limit: Duration,
    ) -> Result<OrderSnapshot, WaitTimeout> {
        let is_done = |order: &OrderSnapshot| order.notification == Some(NotificationState::Done);
        self.wait_until(merchant_oid, limit, is_done).await
    }

    /// Waits until the order is as wanted.
    ///
    /// # Errors
    ///
    /// [`WaitTimeout`] when that does not happen within `limit`.
    pub async fn wait_until(
        &self,
        merchant_oid: &str,
        limit: Duration,
        mut is_wanted: impl FnMut(&OrderSnapshot) -> bool,
    ) -> Result<OrderSnapshot, WaitTimeout> {
        let mut changes = self.shared.changes();
        let wanted = async {
            loop {
                changes.borrow_and_update();
                if let Some(order) = self.order(merchant_oid).filter(&mut is_wanted) {
                    return order;
                }
                // The sender lives in `self.shared`, so a change always comes or the limit passes.
                let _ = changes.changed().await;
            }
        };
        let outcome = tokio::time::timeout(limit, wanted).await;
        outcome.map_err(|_| WaitTimeout {
            merchant_oid: merchant_oid.to_owned(),
            last_seen: format!("{:?}", self.order(merchant_oid)),
        })
    }

    /// Stops listening and sending, and waits for what is under way, 3 s at most.
    pub async fn shutdown(self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(3), self.shared.tasks.wait()).await;
    }
}

impl Shared {
    /// Goes the whole way of a buyer with a card.
    pub(crate) fn pay(
        self: &Arc<Self>,
        merchant_oid: &str,
        choice: CardChoice,
    ) -> Result<(), ActionError> {
        self.act_on_order(merchant_oid, |state, token, now| {
            state.choose_card(token, choice, now)?;
            match choice.card.failed_reason() {
                None => state.type_code(token, THREE_D_SECURE_CODE, now),
                Some(_) => Ok(()),
            }
        })
    }

    /// Lets something happen on the page where the buyer of this order is.
    pub(crate) fn act_on_order(
        self: &Arc<Self>,
        merchant_oid: &str,
        act: impl FnOnce(&mut State, &str, std::time::SystemTime) -> Result<(), ActionError>,
    ) -> Result<(), ActionError> {
        let token = self.read(|state| state.token_of(merchant_oid))?;
        self.act(&token, |state, now| act(state, &token, now))
    }

    pub(crate) fn resend(self: &Arc<Self>, merchant_oid: &str) -> Result<(), ActionError> {
        let now = self.clock.now();
        let has_any = self.change(|state| {
            let order = state.order_mut(merchant_oid);
            Ok(order.ok_or(ActionError::UnknownOrder)?.outbox.resend(now))
        })?;
        if !has_any {
            return Err(ActionError::NothingToSend);
        }
        self.deliver(merchant_oid);
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url)
            .field("merchant_id", &self.credentials.merchant_id().as_str())
            .finish_non_exhaustive()
    }
}
