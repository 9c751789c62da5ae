//! What the sandbox remembers, and how it changes.

mod announcement;
mod card_vault;
mod cashout;
mod ledger;
mod link;
mod order;
mod outbox;
mod page;
mod request;
mod transfer;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::SystemTime;

use paytr_core::Credentials;
use url::Url;

pub(crate) use announcement::Notice;
pub(crate) use card_vault::{CardVault, StoredCard};
pub(crate) use cashout::{Cashout, CashoutRow, CashoutState};
pub use ledger::StoreKind;
pub(crate) use ledger::{Entry, EntryKind, OPENING_BALANCE, Payout, PayoutKey, PayoutLine};
pub(crate) use link::{Link, LinkChoice, LinkClosed, LinkKind, LinkMessage, LinkRefused};
pub(crate) use order::{Order, PaidPayment, Refund, RefundRefused, RefundRequest};
pub(crate) use outbox::{Next, Outbox, Pace, Target, Told};
pub(crate) use page::{CardChoice, Page, Step, THREE_D_SECURE_CODE};
pub(crate) use request::{KeptRequest, SignedText};
pub(crate) use transfer::{Transfer, TransferRefused, TransferRequest, TransferState};

use crate::ActionError;
use crate::payment_request::{PaymentRequest, Refused};

/// Everything behind the one lock.
pub(crate) struct State {
    pub(crate) credentials: Credentials,
    pub(crate) store_kind: StoreKind,
    /// Whether the success of a bank transfer tells `payment_amount` and `installment_count`.
    pub(crate) eft_amounts: bool,
    /// Minor units of each currency.
    pub(crate) opening_balance: u64,
    /// "Bildirim URL".
    pub(crate) notify_url: Option<Url>,
    /// "Ara Bildirim URL". Without it there are no interim notices.
    pub(crate) interim_url: Option<Url>,
    /// "Platform Transfer Sonucu Bildirim URL".
    pub(crate) platform_url: Option<Url>,
    /// Takes the notifications of every link, in place of its `callback_link`, which has to be public.
    pub(crate) link_url: Option<Url>,
    pub(crate) cards: CardVault,
    links: Vec<Link>,
    /// Refused, or taken with a warning.
    requests: VecDeque<KeptRequest>,
    transfers: Vec<Transfer>,
    cashouts: Vec<Cashout>,
    /// Notifications that belong to no order.
    platform_outboxes: BTreeMap<String, Outbox>,
    orders: HashMap<String, Order>,
    pages: HashMap<String, Page>,
    /// Order ids, oldest first.
    sequence: Vec<String>,
}

impl State {
    pub(crate) fn new(credentials: Credentials, notify_url: Option<Url>) -> Self {
        Self {
            credentials,
            store_kind: StoreKind::default(),
            eft_amounts: true,
            opening_balance: OPENING_BALANCE,
            notify_url,
            interim_url: None,
            platform_url: None,
            link_url: None,
            cards: CardVault::default(),
            links: Vec::new(),
            requests: VecDeque::new(),
            transfers: Vec::new(),
            cashouts: Vec::new(),
            platform_outboxes: BTreeMap::new(),
            orders: HashMap::new(),
            pages: HashMap::new(),
            sequence: Vec::new(),
        }
    }

    /// Forgets what happened; merchant and addresses stay.
    pub(crate) fn forget(&mut self) {
        let orders = self.orders.values().map(|order| &order.outbox);
        for outbox in orders.chain(self.platform_outboxes.values()) {
            // Whoever sends these finds them gone, and ends.
            outbox.wake.notify_one();
        }
        let fresh = Self::new(self.credentials.clone(), self.notify_url.take());
        *self = Self {
            store_kind: self.store_kind,
            eft_amounts: self.eft_amounts,
            opening_balance: self.opening_balance,
            interim_url: self.interim_url.take(),
            platform_url: self.platform_url.take(),
            link_url: self.link_url.take(),
            ..fresh
        };
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

    pub(crate) fn page_mut(&mut self, token: &str) -> Option<&mut Page> {
        self.pages.get_mut(token)
    }

    /// The card that the payment of an order has stored, if it has.
    pub(crate) fn stored_by(&self, merchant_oid: &str) -> Option<&StoredCard> {
        let (utoken, ctoken) = self.order(merchant_oid)?.stored.as_ref()?;
        self.cards.find(utoken, ctoken)
    }

    pub(crate) fn order(&self, merchant_oid: &str) -> Option<&Order> {
        self.orders.get(merchant_oid)
    }

    pub(crate) fn order_mut(&mut self, merchant_oid: &str) -> Option<&mut Order> {
        self.orders.get_mut(merchant_oid)
    }

    /// The notifications of a subject: of the order with this id, of `transfer:` and the first id of a
    /// batch, or of `cashout:` and its id.
    pub(crate) fn outbox_mut(&mut self, subject: &str) -> Option<&mut Outbox> {
        match self.orders.get_mut(subject) {
            Some(order) => Some(&mut order.outbox),
            None => self.platform_outboxes.get_mut(subject),
        }
    }

    /// The same to look at.
    pub(crate) fn outbox(&self, subject: &str) -> Option<&Outbox> {
        match self.orders.get(subject) {
            Some(order) => Some(&order.outbox),
            None => self.platform_outboxes.get(subject),
        }
    }

    /// Every subject that is not an order, with its notifications.
    pub(crate) fn platform_outboxes(&self) -> impl Iterator<Item = (&str, &Outbox)> {
        let known = self.platform_outboxes.iter();
        known.map(|(subject, outbox)| (subject.as_str(), outbox))
    }

    /// Where a notification goes now.
    pub(crate) fn url_of(&self, target: &Target) -> Option<Url> {
        match target {
            Target::Payment => self.notify_url.clone(),
            Target::EftInterim => self.interim_url.clone(),
            Target::Platform => self.platform_url.clone(),
            Target::Link(callback) => self.link_url.clone().or_else(|| Some(callback.clone())),
        }
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
