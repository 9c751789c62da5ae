//! What the sandbox remembers, and how it changes.

mod announcement;
mod buyer;
mod order;
mod outbox;
mod page;

use std::collections::HashMap;
use std::time::SystemTime;

use paytr_core::Credentials;
use url::Url;

pub(crate) use buyer::THREE_D_SECURE_CODE;
pub(crate) use order::{Order, PaidPayment};
pub(crate) use outbox::{Next, Pace};
pub(crate) use page::{CardChoice, Page, Step};

use crate::ActionError;
use crate::payment_request::{PaymentRequest, Refused};

/// Everything behind the one lock.
pub(crate) struct State {
    pub(crate) credentials: Credentials,
    pub(crate) notify_url: Option<Url>,
    orders: HashMap<String, Order>,
    pages: HashMap<String, Page>,
    /// Order ids, oldest first.
    sequence: Vec<String>,
}

impl State {
    pub(crate) fn new(credentials: Credentials, notify_url: Option<Url>) -> Self {
        Self {
            credentials,
            notify_url,
            orders: HashMap::new(),
            pages: HashMap::new(),
            sequence: Vec::new(),
        }
    }

    /// Opens a payment page. Nobody knows what PayTR does with an id that was used before; here a paid
    /// one is refused and any other gets a further page.
    pub(crate) fn open(
        &mut self,
        token: String,
        request: PaymentRequest,
        now: SystemTime,
    ) -> Result<(), Refused> {
        let merchant_oid = request.merchant_oid.clone();
        let order = self.orders.entry(merchant_oid.clone()).or_insert_with(|| {
            self.sequence.push(merchant_oid);
            Order::new(now)
        });
        if order.payment.is_some() {
            return Err(Refused::AlreadyPaid);
        }
        order.pages.push(token.clone());
        self.pages.insert(token, Page::new(request, now));
        Ok(())
    }

    pub(crate) fn page(&self, token: &str) -> Option<&Page> {
        self.pages.get(token)
    }

    pub(crate) fn order(&self, merchant_oid: &str) -> Option<&Order> {
        self.orders.get(merchant_oid)
    }

    pub(crate) fn order_mut(&mut self, merchant_oid: &str) -> Option<&mut Order> {
        self.orders.get_mut(merchant_oid)
    }

    /// Every order, oldest first.
    pub(crate) fn orders(&self) -> impl DoubleEndedIterator<Item = (&str, &Order)> {
        let known = self.sequence.iter();
        known.filter_map(|id| Some((id.as_str(), self.orders.get(id)?)))
    }

    /// The page an order was last asked for.
    pub(crate) fn newest_page<'a>(&'a self, order: &'a Order) -> Option<(&'a str, &'a Page)> {
        let token = order.pages.last()?;
        Some((token, self.pages.get(token)?))
    }

    /// The token of the page where the buyer of this order is.
    pub(crate) fn token_of(&self, merchant_oid: &str) -> Result<String, ActionError> {
        let order = self.order(merchant_oid).ok_or(ActionError::UnknownOrder)?;
        let open = |token: &&String| self.pages.get(*token).is_some_and(Page::is_open);
        let newest = order.pages.iter().rev();
        let open = newest.clone().find(open).or_else(|| newest.clone().next());
        open.cloned().ok_or(ActionError::UnknownOrder)
    }
}
