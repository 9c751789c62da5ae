use std::fmt;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use paid_once::BoxError;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::state::{Shared, State, Tried};
use super::{FakeBuilder, Fault, SeenRequest, UsedOrders, Warning};
use crate::api::Sale;
use crate::card::TestCard;
use crate::{Credentials, Host, OrderId, PaytrekClient, PlanToken, SaleToken, SubscriptionToken};

/// A Paytrek on loopback. It stops when this is dropped.
pub struct FakePaytrek {
    host: Host,
    credentials: Credentials,
    shared: Arc<Shared>,
    _stop: DropGuard,
}

impl FakePaytrek {
    /// The `api_key` of the only merchant.
    pub const API_KEY: &'static str = "fake-3f9Qk7Lm2";
    /// The `secret` of the only merchant.
    pub const SECRET: &'static str = "fake-x8Tn4Vb6Rz";

    /// Starts on any free port of 127.0.0.1, with [`API_KEY`](Self::API_KEY) and [`SECRET`](Self::SECRET).
    ///
    /// # Errors
    ///
    /// [`FakeError`] when it cannot listen.
    pub async fn start() -> Result<Self, FakeError> {
        Self::builder().start().await
    }

    /// Starts to make one with a port or credentials of your own.
    pub fn builder() -> FakeBuilder {
        FakeBuilder::new()
    }

    pub(super) fn new(
        host: Host,
        credentials: Credentials,
        shared: Arc<Shared>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            host,
            credentials,
            shared,
            _stop: stop.drop_guard(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The credentials of the only merchant.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A client of it, with short limits.
    ///
    /// # Errors
    ///
    /// [`FakeError`] when the client cannot be set up.
    pub fn client(&self) -> Result<PaytrekClient, FakeError> {
        PaytrekClient::builder(self.host.clone(), self.credentials.clone())
            .total_timeout(Duration::from_secs(2))
            .build()
            .map_err(FakeError::new)
    }

    /// Pays a sale as a buyer does on the hosted page, 3-D Secure included.
    ///
    /// # Errors
    ///
    /// [`FakeError`] when the sale is unknown or cannot be paid.
    pub fn pay(&self, sale: &SaleToken, card: TestCard) -> Result<(), FakeError> {
        let mut state = self.state();
        let tried = match state.try_card(sale.as_str(), &card.form().into()) {
            Tried::Forward => state.finish_3d(sale.as_str(), card.three_d_password().unwrap_or("")),
            tried => tried,
        };
        match tried {
            Tried::Charged => Ok(()),
            _ => Err(FakeError::new("the sale cannot be paid")),
        }
    }

    /// The sale as it stands, without a request.
    #[must_use]
    pub fn sale(&self, sale: &SaleToken) -> Option<Sale> {
        let json = self.state().sale_json(sale.as_str())?;
        Sale::decode(json.to_string().as_bytes()).ok()
    }

    /// The tokens of all sales of an order, oldest first.
    #[must_use]
    pub fn sales_of(&self, order: &OrderId) -> Vec<SaleToken> {
        let tokens = self.state().sales_of(order.as_str());
        tokens
            .iter()
            .filter_map(|token| SaleToken::new(token).ok())
            .collect()
    }

    /// Gives a sale any status, also one that no documentation has.
    pub fn set_status(&self, sale: &SaleToken, status: &str) {
        self.state().set_status(sale.as_str(), status);
    }

    /// Charges one payment of a plan, as Paytrek does on its date.
    pub fn charge_subscription(&self, plan: &PlanToken, subscription: &SubscriptionToken) {
        self.state()
            .set_subscription(plan.as_str(), subscription.as_str(), "Paid");
    }

    /// What happens to orders that were paid before.
    pub fn used_orders(&self, used_orders: UsedOrders) {
        self.state().used_orders = used_orders;
    }

    /// Lets its clock run ahead.
    pub fn advance(&self, time: Duration) {
        self.state().advance(time);
    }

    /// Does something wrong with the next call of a resource, such as `refund`. Several add up.
    pub fn fail_next(&self, resource: &str, fault: Fault) {
        self.state().faults.push((resource.to_owned(), fault));
    }

    /// Every call so far, those that were answered with a fault too.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.state().requests.clone()
    }

    /// Every call so far that Paytrek's documentation has otherwise.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.state().warnings.clone()
    }

    /// How many calls of a resource there were with a method: `("POST", "refund")`.
    #[must_use]
    pub fn count(&self, method: &str, resource: &str) -> usize {
        let requests = self.requests();
        let same = |seen: &&SeenRequest| seen.method == method && seen.resource == resource;
        requests.iter().filter(same).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl fmt::Debug for FakePaytrek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakePaytrek")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// The fake could not do what a test wanted.
#[derive(Debug, thiserror::Error)]
#[error("the fake Paytrek failed: {0}")]
pub struct FakeError(#[source] BoxError);

impl FakeError {
    pub(super) fn new(cause: impl Into<BoxError>) -> Self {
        Self(cause.into())
    }
}
