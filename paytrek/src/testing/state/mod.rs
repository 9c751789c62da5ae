//! What the fake remembers.

mod sale;
mod values;
mod vault;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::bank::CardData;
use super::builder::Listener;
use super::{Departure, Fault, SeenRequest, UsedOrders, Warning};
use crate::{Credentials, Host};

pub(super) use sale::{FakeSale, Tried};
pub(super) use values::fields;
pub(super) use vault::{FakeCard, FakePlan};

/// What the server and the handle share.
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) credentials: Credentials,
    pub(super) origin: String,
}

impl Shared {
    pub(super) fn new(host: &Host, credentials: Credentials, on_warning: Listener) -> Self {
        Self {
            state: Mutex::new(State::new(host.as_str(), on_warning)),
            credentials,
            origin: host.as_str().to_owned(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A request changes the state in one go: a panic in one does not leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything, in the order in which it was made.
pub(super) struct State {
    pub(super) origin: String,
    pub(super) sales: Vec<FakeSale>,
    pub(super) cards: Vec<FakeCard>,
    pub(super) plans: Vec<FakePlan>,
    pub(super) requests: Vec<SeenRequest>,
    pub(super) faults: Vec<(String, Fault)>,
    pub(super) warnings: Vec<Warning>,
    pub(super) used_orders: UsedOrders,
    on_warning: Listener,
    ahead: Duration,
}

impl State {
    fn new(origin: &str, on_warning: Listener) -> Self {
        Self {
            origin: origin.to_owned(),
            sales: Vec::new(),
            cards: Vec::new(),
            plans: Vec::new(),
            requests: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            used_orders: UsedOrders::Refuse,
            on_warning,
            ahead: Duration::ZERO,
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        SystemTime::now() + self.ahead
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.ahead += time;
    }

    /// Writes down how the call of a number was answered, unless a reset came in between.
    pub(super) fn answered(&mut self, number: usize, status: u16) {
        if let Some(request) = self.requests.get_mut(number) {
            request.status = Some(status);
        }
    }

    /// Forgets everything but where it is and who listens.
    pub(super) fn reset(&mut self) {
        let on_warning = std::mem::replace(&mut self.on_warning, Box::new(|_| {}));
        *self = Self::new(&self.origin, on_warning);
    }

    /// Notes that a call is not as documented.
    pub(super) fn warn(&mut self, call: String, departure: Departure) {
        let warning = Warning { call, departure };
        (self.on_warning)(&warning);
        self.warnings.push(warning);
    }

    /// `request_id`, `sys_time` and `language_code`, which every answer about a thing has.
    pub(super) fn stamp(&self, json: &mut Map<String, Value>) {
        let seconds = self
            .now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        json.insert("request_id".to_owned(), Value::Null);
        json.insert("sys_time".to_owned(), seconds.into());
        json.insert("language_code".to_owned(), "tr".into());
    }

    pub(super) fn find_sale(&mut self, token: &str) -> Option<&mut FakeSale> {
        self.sales.iter_mut().find(|sale| sale.token == token)
    }

    pub(super) fn sale_json(&self, token: &str) -> Option<Value> {
        let sale = self.sales.iter().find(|sale| sale.token == token)?;
        let mut json = sale.to_json();
        self.stamp(&mut json);
        Some(Value::Object(json))
    }

    pub(super) fn sales_of(&self, order: &str) -> Vec<String> {
        let sales = self.sales.iter().filter(|sale| sale.order() == order);
        sales.map(|sale| sale.token.clone()).collect()
    }

    pub(super) fn set_status(&mut self, token: &str, status: &str) {
        if let Some(sale) = self.find_sale(token) {
            status.clone_into(&mut sale.status);
        }
    }

    pub(super) fn set_subscription(&mut self, plan: &str, subscription: &str, status: &str) {
        let plan = self.plans.iter_mut().find(|known| known.token == plan);
        if let Some(plan) = plan {
            plan.set_status(subscription, status);
        }
    }

    /// A try to charge a sale.
    pub(super) fn try_card(&mut self, token: &str, card: &CardData) -> Tried {
        let now = self.now();
        let refuse_used = self.used_orders == UsedOrders::Refuse;
        let order = self.find_sale(token).map(|sale| sale.order().to_owned());
        let is_used = refuse_used
            && self.sales.iter().any(|sale| {
                Some(sale.order()) == order.as_deref() && sale.token != token && sale.is_charged()
            });
        match self.find_sale(token) {
            Some(sale) if is_used => sale.decline(card, now, "30120"),
            Some(sale) => sale.try_card(card, now),
            None => Tried::NoSale,
        }
    }

    /// The bank's page comes back with a password.
    pub(super) fn finish_3d(&mut self, token: &str, password: &str) -> Tried {
        let now = self.now();
        self.find_sale(token)
            .map_or(Tried::NoSale, |sale| sale.finish_3d(password, now))
    }
}
