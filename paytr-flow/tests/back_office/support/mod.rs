//! A shop with a back office, people who work in it, and what stands in for PayTR.

#[path = "../../flow/support/back_office.rs"]
mod back_office;
mod browser;
#[path = "../../flow/support/ledger.rs"]
#[allow(dead_code, reason = "the tests of the flow use more of it")]
mod ledger;
mod paytr;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(crate) use browser::{Browser, SentForm};
pub(crate) use ledger::FaultyLedger;
use paytr_core::client::BaseUrl;
use paytr_core::paid_once::back_office::BackOfficeLedger as _;
use paytr_core::paid_once::refund::{RefundLedger as _, RefundRecord};
use paytr_core::paid_once::{Payment, Review, ReviewFilter, ReviewReason};
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    BoxError, CallbackGate, Credentials, Currency, Expected, MerchantOid, Money, NewOrder,
    OrderKey, OrderLedger as _, OrderState, OrderStore as _, PaytrClient, VerifiedPayment,
    async_trait,
};
use paytr_flow::back_office::{BackOffice, Guard, Head, Operator};
use paytr_flow::{Cart, Checkout, CheckoutError, FlowResponse, PricedOrder, PurchaseFlow};
use tokio::sync::mpsc;

pub(crate) use paytr::{FakePaytr, RefundScript};

/// A shop, its ledger, and what its handler got.
pub(crate) struct Shop {
    pub(crate) office: BackOffice,
    pub(crate) flow: PurchaseFlow,
    pub(crate) ledger: Arc<FaultyLedger>,
    pub(crate) paytr: FakePaytr,
    pub(crate) handled: mpsc::UnboundedReceiver<VerifiedPayment>,
    handler_fails: Arc<AtomicBool>,
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

impl Shop {
    pub(crate) async fn start() -> Self {
        let paytr = FakePaytr::start().await;
        let ledger = Arc::new(FaultyLedger::default());
        let (sender, handled) = mpsc::unbounded_channel();
        let handler_fails = Arc::new(AtomicBool::new(false));
        let fails = Arc::clone(&handler_fails);
        let book = move |payment: VerifiedPayment| {
            let result = if fails.load(Ordering::SeqCst) {
                Err(BoxError::from("no stock"))
            } else {
                sender.send(payment).map_err(BoxError::from)
            };
            async move { result }
        };
        let client = PaytrClient::builder(credentials())
            .base_url(BaseUrl::new(paytr.base_url()).unwrap())
            .build()
            .unwrap();
        let gate = CallbackGate::with_ledger(credentials(), ledger.clone());
        let (checkout, url) = (Arc::new(Nothing), "https://shop.example/shop");
        let flow = PurchaseFlow::builder(client, gate, ledger.clone(), checkout, book, url)
            .title("Kırtasiye")
            .build()
            .unwrap();
        Self {
            office: office(&flow, &ledger),
            flow,
            ledger,
            paytr,
            handled,
            handler_fails,
        }
    }

    /// The same shop on another node, or after a restart, with the same key of the forms.
    pub(crate) fn other_node(&self) -> BackOffice {
        office(&self.flow, &self.ledger)
    }

    pub(crate) fn handler_fails(&self, fails: bool) {
        self.handler_fails.store(fails, Ordering::SeqCst);
    }

    /// How often the handler took a payment since this was asked last.
    pub(crate) fn deliveries(&mut self) -> usize {
        std::iter::from_fn(|| self.handled.try_recv().ok()).count()
    }

    /// Lets the refunds that are reserved so far, and later ones, look so much older.
    pub(crate) fn refunds_age(&self, age: Duration) {
        *self.ledger.refunds_age.lock().unwrap() = age;
    }

    pub(crate) fn ayse(&self) -> Browser<'_> {
        Browser::new(&self.office, "ayse")
    }

    pub(crate) fn mehmet(&self) -> Browser<'_> {
        Browser::new(&self.office, "mehmet")
    }

    pub(crate) fn key(&self, oid: &str) -> OrderKey {
        let oid = MerchantOid::new(oid).unwrap();
        oid.order_key(self.flow.gate().merchant_id())
    }

    pub(crate) async fn open(&self, oid: &str, price: u64) {
        let order = NewOrder::new(self.key(oid), Expected::AtLeast(lira(price)));
        let _ = self.ledger.open(order).await.unwrap();
    }

    pub(crate) async fn notify(&self, notification: PaymentNotification) {
        let body = notification.sign(&credentials()).to_body();
        let _ = self.flow.receive(body.as_bytes()).await;
    }

    /// An order that is paid and delivered.
    pub(crate) async fn paid_order(&mut self, oid: &str, price: u64) {
        self.open(oid, price).await;
        self.notify(PaymentNotification::success(oid, price)).await;
        assert_eq!(self.state(oid).await, "paid");
        assert_eq!(self.deliveries(), 1);
        self.paytr.paid(oid, price);
    }

    /// An order that is paid and that no handler has taken.
    pub(crate) async fn undelivered_order(&mut self, oid: &str, price: u64) {
        self.open(oid, price).await;
        self.handler_fails(true);
        self.notify(PaymentNotification::success(oid, price)).await;
        assert_eq!(self.state(oid).await, "undelivered");
    }

    /// A payment of a lira too little, under review.
    pub(crate) async fn short_payment(&mut self, oid: &str, price: u64) -> Review {
        self.open(oid, price).await;
        let paid = price - 100;
        self.notify(PaymentNotification::success(oid, paid)).await;
        assert_eq!(self.state(oid).await, "review");
        self.paytr.paid(oid, paid);
        self.newest_review().await
    }

    pub(crate) async fn record_review(&self, payment: &Payment, why: ReviewReason) -> Review {
        self.ledger.review(payment, why).await.unwrap();
        self.newest_review().await
    }

    async fn newest_review(&self) -> Review {
        let reviews = self.ledger.reviews(&ReviewFilter::all(), 1).await;
        reviews.unwrap().remove(0)
    }

    pub(crate) async fn review(&self, review: &Review) -> Review {
        let filter = ReviewFilter::of_order(review.order().clone());
        let found = self.ledger.reviews(&filter, 100).await.unwrap();
        found.into_iter().find(|one| one.id == review.id).unwrap()
    }

    pub(crate) async fn order_state(&self, oid: &str) -> OrderState {
        let life = self.ledger.life(&self.key(oid)).await.unwrap();
        life.unwrap().record.state
    }

    pub(crate) async fn state(&self, oid: &str) -> &'static str {
        self.order_state(oid).await.as_str()
    }

    pub(crate) async fn refunds(&self, oid: &str) -> Vec<RefundRecord> {
        self.ledger.refunds(&self.key(oid)).await.unwrap()
    }
}

fn office(flow: &PurchaseFlow, ledger: &Arc<FaultyLedger>) -> BackOffice {
    let builder = BackOffice::builder(flow, ledger.clone(), ByHeader);
    builder.form_key([7; 32]).build().unwrap()
}

/// Lets in whom a header names, as behind a proxy that knows its users.
pub(crate) struct ByHeader;

#[async_trait]
impl Guard for ByHeader {
    async fn admit(&self, head: &Head<'_>) -> Result<Operator, FlowResponse> {
        let refused = || FlowResponse::new(401, "text/plain", "who are you?".to_owned());
        let name = (head.header)("x-operator").ok_or_else(refused)?;
        let name = String::from_utf8(name).map_err(|_| refused())?;
        Operator::new(name).map_err(|_| refused())
    }
}

/// A shop window without anything in it.
struct Nothing;

#[async_trait]
impl Checkout for Nothing {
    async fn price(&self, _cart: &Cart) -> Result<PricedOrder, CheckoutError> {
        Err(CheckoutError::unknown_product("nothing"))
    }
}
