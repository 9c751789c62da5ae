//! What the fake remembers, and what it has to announce.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::cards::TestCard;
use super::control::{DeliveryAttempt, Fault, OrderSnapshot};
use super::wire::Fields;
use crate::Interface;
use crate::settlement::Event;
use crate::states::State;

/// Everything, under one lock.
#[derive(Default)]
pub(super) struct Book {
    pub(super) terminals: BTreeMap<String, String>,
    pub(super) orders: Vec<Order>,
    pub(super) sessions: Vec<CardSession>,
    pub(super) customers: Vec<Customer>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) receipts: Vec<String>,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) requests: Vec<Seen>,
    pub(super) deliveries: Vec<DeliveryAttempt>,
    pub(super) outbox: Vec<Announcement>,
    pub(super) base_url: String,
}

/// A request, and how it was answered. Its values are not kept: they may be a card or a password.
pub(super) struct Seen {
    /// Such as `apim/Init`.
    pub(super) command: String,
    /// The names of its fields.
    pub(super) fields: Vec<String>,
    /// The names of the fields inside `Data`, `DATA` or `PayInfo`.
    pub(super) inner: Vec<String>,
    /// `Success` of the answer, unless a fault answered.
    pub(super) success: Option<&'static str>,
    /// `ErrCode` of the answer.
    pub(super) code: Option<String>,
}

impl Seen {
    pub(super) fn new(command: String, fields: Option<&Fields>) -> Self {
        let names = |fields: &Fields| fields.names().map(str::to_owned).collect();
        let inner = ["Data", "DATA", "PayInfo"];
        let inner = fields.and_then(|fields| inner.iter().find_map(|name| fields.inner(name)));
        Self {
            command,
            fields: fields.map(names).unwrap_or_default(),
            inner: inner.as_ref().map(names).unwrap_or_default(),
            success: None,
            code: None,
        }
    }
}

/// One stage or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Pay,
    Block,
}

pub(super) struct Order {
    pub(super) terminal: String,
    pub(super) id: String,
    pub(super) interface: Interface,
    pub(super) stage: Stage,
    pub(super) state: State,
    pub(super) requested: u64,
    pub(super) amount: u64,
    pub(super) card: Option<TestCard>,
    pub(super) session: Option<String>,
    pub(super) return_url: Option<String>,
    pub(super) product: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) contract: Option<String>,
    pub(super) forwarded: bool,
    pub(super) answers_as: Option<String>,
}

impl Order {
    pub(super) fn new(
        terminal: &str,
        id: &str,
        interface: Interface,
        stage: Stage,
        amount: u64,
    ) -> Self {
        Self {
            terminal: terminal.to_owned(),
            id: id.to_owned(),
            interface,
            stage,
            state: State::New,
            requested: amount,
            amount,
            card: None,
            session: None,
            return_url: None,
            product: None,
            customer: None,
            contract: None,
            forwarded: false,
            answers_as: None,
        }
    }

    /// Whether a card may still be tried.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.state,
            State::New | State::Rejected | State::PreAuthorized3ds
        )
    }

    pub(super) fn snapshot(&self) -> OrderSnapshot {
        OrderSnapshot {
            order_id: self.id.clone(),
            state: self.state.clone(),
            amount: self.amount,
            requested: self.requested,
        }
    }
}

/// A page that registers a card.
pub(super) struct CardSession {
    pub(super) id: String,
    pub(super) terminal: String,
    pub(super) login: String,
    pub(super) return_url: Option<String>,
}

pub(super) struct Customer {
    pub(super) terminal: String,
    pub(super) login: String,
    pub(super) password: String,
    pub(super) cards: Vec<StoredCard>,
}

#[derive(Clone)]
pub(super) struct StoredCard {
    pub(super) id: String,
    pub(super) card: TestCard,
    pub(super) holder: String,
    pub(super) active: bool,
}

/// One 3-D Secure attempt.
pub(super) struct Attempt {
    pub(super) md: String,
    pub(super) pa_req: String,
    pub(super) yes: String,
    pub(super) no: String,
    pub(super) what: Attempted,
}

#[derive(Clone)]
pub(super) enum Attempted {
    Payment {
        terminal: String,
        order: String,
    },
    Card {
        terminal: String,
        login: String,
        card: TestCard,
        holder: String,
    },
}

impl Book {
    pub(super) fn order(&mut self, terminal: &str, id: &str) -> Option<&mut Order> {
        let mut orders = self.orders.iter_mut();
        orders.find(|order| order.terminal == terminal && order.id == id)
    }

    pub(super) fn order_by_id(&mut self, id: &str) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.id == id)
    }

    pub(super) fn order_of_session(&mut self, session: &str) -> Option<&mut Order> {
        let mut orders = self.orders.iter_mut();
        orders.find(|order| order.session.as_deref() == Some(session))
    }

    pub(super) fn customer(&mut self, terminal: &str, login: &str) -> Option<&mut Customer> {
        let mut customers = self.customers.iter_mut();
        customers.find(|known| known.terminal == terminal && known.login == login)
    }

    /// Forgets everything but its terminals and where it is.
    pub(super) fn reset(&mut self) {
        *self = Self {
            terminals: std::mem::take(&mut self.terminals),
            base_url: std::mem::take(&mut self.base_url),
            ..Self::default()
        };
    }

    /// The fault that waits for this command.
    pub(super) fn take_fault(&mut self, command: &str) -> Option<Fault> {
        let index = self.faults.iter().position(|(known, _)| known == command)?;
        self.faults.remove(index).map(|(_, fault)| fault)
    }
}

/// A notification on its way.
#[derive(Debug, Clone)]
pub(super) struct Announcement {
    pub(super) order_id: String,
    pub(super) event: Event,
    pub(super) body: String,
}

/// The notification of an event, with the documented fields.
pub(super) fn announce(order: &Order, event: Event, code: &str) -> Announcement {
    let success = if code == "NONE" { "True" } else { "False" };
    let amount = order.amount.to_string();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Is3DS", "False")
        .append_pair("ForwardedTo", "NotForwarded")
        .append_pair("Notification", event.as_str())
        .append_pair("MerchantContract", &order.terminal)
        .append_pair("Success", success)
        .append_pair("TransactionDate", &date())
        .append_pair("ErrCode", code)
        .append_pair("OrderId", &order.id)
        .append_pair("Amount", &amount)
        .append_pair("MerchantId", "1");
    if let Some(login) = &order.customer {
        form.append_pair("VWUserLgn", login);
    }
    Announcement {
        order_id: order.id.clone(),
        event,
        body: form.finish(),
    }
}

/// The notification about a customer's card, with the fields that clients of other people have seen.
pub(super) fn announce_card(
    terminal: &str,
    login: &str,
    card: Option<(&str, &str)>,
) -> Announcement {
    let (event, success, code) = match card {
        Some(_) => (Event::CustomerAddSuccess, "True", "NONE"),
        None => (Event::CustomerAddFail, "False", "REFUSAL_BY_GATE"),
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Notification", event.as_str())
        .append_pair("VWUserLgn", login)
        .append_pair("TransactionDate", &date())
        .append_pair("Success", success)
        .append_pair("ErrCode", code)
        .append_pair("MerchantContract", terminal);
    if let Some((id, mask)) = card {
        form.append_pair("CardId", id).append_pair("CardName", mask);
    }
    Announcement {
        order_id: String::new(),
        event,
        body: form.finish(),
    }
}

fn date() -> String {
    let now = Timestamp::now();
    now.strftime("%d.%m.%Y %H:%M:%S").to_string()
}
