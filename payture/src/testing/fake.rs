use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::Currency;
use tokio::time::timeout;

use super::actions::BankSays;
use super::book::{Attempted, announce};
use super::builder::notify_url;
use super::server::Shared;
use super::{
    DeliveryAttempt, Edit, FakeActionError, FakeBuilder, FakeStartError, Fault, OrderSnapshot,
    TestCard,
};
use crate::settlement::Event;
use crate::values::{OrderId, PaRes, ThreeDsKey};
use crate::{Environment, EnvironmentError, Terminal, TerminalError};

/// A running stand-in for Payture. It stops when it is dropped.
pub struct FakePayture {
    shared: Arc<Shared>,
}

impl FakePayture {
    /// Starts to make one.
    pub fn builder() -> FakeBuilder {
        FakeBuilder::new()
    }

    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Its origin, such as `http://127.0.0.1:40001`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.shared.book().base_url.clone()
    }

    /// The environment for a terminal of your own.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`]: never, on loopback.
    pub fn environment(&self) -> Result<Environment, EnvironmentError> {
        Environment::at(&self.origin())
    }

    /// Its first terminal by name, in this currency.
    ///
    /// # Errors
    ///
    /// [`TerminalError`] when its name or its password cannot be a terminal's.
    pub fn terminal(&self, currency: Currency) -> Result<Terminal, TerminalError> {
        let environment = self.environment().map_err(|_| TerminalError::Name)?;
        let book = self.shared.book();
        let (name, password) = book
            .terminals
            .first_key_value()
            .ok_or(TerminalError::Name)?;
        Terminal::new(environment, name, password, currency)
    }

    /// Sets where notifications go, and sends those that wait.
    ///
    /// # Errors
    ///
    /// [`FakeStartError::NotifyUrl`] when it is not http or https with a host.
    pub fn set_notify_url(&self, url: &str) -> Result<(), FakeStartError> {
        let url = notify_url(url)?;
        self.shared.notify_url.send_replace(Some(url));
        Ok(())
    }

    /// One order.
    #[must_use]
    pub fn order(&self, order: &OrderId) -> Option<OrderSnapshot> {
        let mut book = self.shared.book();
        book.order_by_id(order.as_str())
            .map(|order| order.snapshot())
    }

    /// Pays on an order's page, as a buyer with this card does, the bank's page included. A declined card
    /// is not an error: it declines.
    ///
    /// # Errors
    ///
    /// [`FakeActionError`].
    pub fn pay(&self, order: &OrderId, card: TestCard) -> Result<(), FakeActionError> {
        self.shared.pay(order.as_str(), card, BankSays::Yes)
    }

    /// What the bank says when the cardholder confirms: the `PaRes` of an attempt that is open.
    #[must_use]
    pub fn bank_confirms(&self, key: &ThreeDsKey) -> Option<PaRes> {
        let book = self.shared.book();
        let attempt = book
            .attempts
            .iter()
            .find(|attempt| attempt.md == key.as_str())?;
        PaRes::new(&*attempt.yes).ok()
    }

    /// What the bank says when the cardholder refuses.
    #[must_use]
    pub fn bank_refuses(&self, key: &ThreeDsKey) -> Option<PaRes> {
        let book = self.shared.book();
        let attempt = book
            .attempts
            .iter()
            .find(|attempt| attempt.md == key.as_str())?;
        PaRes::new(&*attempt.no).ok()
    }

    /// Whether an attempt is about a payment, not about a card.
    #[must_use]
    pub fn is_payment_attempt(&self, key: &ThreeDsKey) -> bool {
        let book = self.shared.book();
        let mut attempts = book
            .attempts
            .iter()
            .filter(|attempt| attempt.md == key.as_str());
        attempts.any(|attempt| matches!(attempt.what, Attempted::Payment { .. }))
    }

    /// Changes something about an order behind the shop's back.
    ///
    /// # Errors
    ///
    /// [`FakeActionError::UnknownOrder`], and [`FakeActionError::NotRefundable`] for a refund that cannot be.
    pub fn edit(&self, order: &OrderId, edit: Edit) -> Result<(), FakeActionError> {
        self.shared.edit(order.as_str(), edit)
    }

    /// Sends a notification about an order once more, or one that never was true.
    ///
    /// # Errors
    ///
    /// [`FakeActionError::UnknownOrder`].
    pub fn notify(&self, order: &OrderId, event: Event) -> Result<(), FakeActionError> {
        self.shared.notify(order.as_str(), event)
    }

    /// The body of a notification about an order, true or not.
    ///
    /// # Errors
    ///
    /// [`FakeActionError::UnknownOrder`].
    pub fn notification_body(
        &self,
        order: &OrderId,
        event: Event,
    ) -> Result<String, FakeActionError> {
        let mut book = self.shared.book();
        let order = book
            .order_by_id(order.as_str())
            .ok_or(FakeActionError::UnknownOrder)?;
        Ok(announce(order, event, "NONE").body)
    }

    /// What happens to the next request of a command, such as `Charge`. Faults of one command happen in
    /// the order in which they were set.
    pub fn fault(&self, command: &str, fault: Fault) {
        self.shared
            .book()
            .faults
            .push_back((command.to_owned(), fault));
    }

    /// Every request so far: `apim/Init`, `apim/GetState`, …
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let book = self.shared.book();
        book.requests
            .iter()
            .map(|seen| seen.command.clone())
            .collect()
    }

    /// Every attempt to deliver a notification so far.
    #[must_use]
    pub fn deliveries(&self) -> Vec<DeliveryAttempt> {
        self.shared.book().deliveries.clone()
    }

    /// Waits until the deliveries are as wanted, for at most `limit`. `None` when they never are.
    pub async fn wait_for_deliveries(
        &self,
        limit: Duration,
        is_wanted: impl Fn(&[DeliveryAttempt]) -> bool,
    ) -> Option<Vec<DeliveryAttempt>> {
        let mut changes = self.shared.changed.subscribe();
        let wanted = async {
            loop {
                changes.borrow_and_update();
                let deliveries = self.deliveries();
                if is_wanted(&deliveries) {
                    return deliveries;
                }
                // The sender lives in `self.shared`, so a change comes or the limit passes.
                let _ = changes.changed().await;
            }
        };
        timeout(limit, wanted).await.ok()
    }

    /// Stops listening and sending, and waits for what is under way, 3 s at most.
    pub async fn shutdown(self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        let _ = timeout(Duration::from_secs(3), self.shared.tasks.wait()).await;
    }
}

impl Drop for FakePayture {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

impl fmt::Debug for FakePayture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakePayture")
            .field("origin", &self.origin())
            .finish_non_exhaustive()
    }
}
