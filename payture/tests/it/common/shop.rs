//! A fake Payture, a ledger, a reconciler and a handler that counts.

use std::sync::Arc;
use std::time::Duration;

use payture::commands::inpay::Init;
use payture::settlement::Event;
use payture::testing::{FakeBuilder, FakePayture, Fault, TestCard};
use payture::{
    Currency, Decision, DeliveryHandler, Expected, Found, Gate, Interface, MemoryStore, NewOrder,
    Notified, OrderId, OrderKey, OrderLedger as _, OrderState, PaytureClient, Reconciler,
    ReviewFilter, Terminal,
};

use super::till::Till;
use super::{OID, oid, roubles};

pub(crate) const PRICE: u64 = 12_480;

pub(crate) struct Shop {
    pub(crate) fake: FakePayture,
    pub(crate) client: PaytureClient,
    pub(crate) ledger: Arc<MemoryStore>,
    pub(crate) till: Till,
    pub(crate) reconciler: Reconciler,
}

pub(crate) fn builder() -> FakeBuilder {
    FakePayture::builder().terminal("Merchant", "pA5s7word")
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(builder()).await
    }

    pub(crate) async fn with(builder: FakeBuilder) -> Self {
        let fake = builder.start().await.unwrap();
        let client = client_of(fake.terminal(Currency::RUB).unwrap());
        let ledger = Arc::new(MemoryStore::new());
        let till = Till::default();
        let reconciler = node(&client, &ledger, till.clone());
        Self {
            fake,
            client,
            ledger,
            till,
            reconciler,
        }
    }

    /// Another process of the same shop.
    pub(crate) fn second_node(&self) -> Reconciler {
        node(&self.client, &self.ledger, self.till.clone())
    }

    /// Opens the order of the gate cases, in the ledger and at Payture.
    pub(crate) async fn with_order() -> (Self, OrderId) {
        let shop = Self::open().await;
        let order = oid(OID);
        shop.open_order(&order).await;
        (shop, order)
    }

    pub(crate) async fn open_order(&self, order: &OrderId) {
        self.expect(order, Expected::Exactly(roubles(PRICE))).await;
        self.client
            .send(&Init::pay(order.clone(), roubles(PRICE)))
            .await
            .unwrap();
    }

    /// Opens an order in the ledger. It is due at once.
    pub(crate) async fn expect(&self, order: &OrderId, expected: Expected) {
        let new = NewOrder::new(self.key(order), expected).with_inquire_after(Duration::ZERO);
        let _opened = self.ledger.open(new).await.unwrap();
    }

    pub(crate) async fn paid_order() -> (Self, OrderId) {
        let (shop, order) = Self::with_order().await;
        shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
        (shop, order)
    }

    pub(crate) fn key(&self, order: &OrderId) -> OrderKey {
        self.client.terminal().order_key(order)
    }

    /// How often the handler succeeded.
    pub(crate) fn runs(&self) -> usize {
        self.till.attempts().len()
    }

    /// What comes of a browser's return, or of any other reason to ask.
    pub(crate) async fn ask(&self, order: &OrderId) -> Found {
        let asked = self.reconciler.ask_about(&self.key(order)).await;
        asked.unwrap().unwrap().found
    }

    /// What comes of it when Payture answers `GetState` with this body.
    pub(crate) async fn ask_answered(&self, order: &OrderId, body: &str) -> Found {
        self.fake.fault("GetState", Fault::Answer(body.to_owned()));
        self.ask(order).await
    }

    pub(crate) async fn notify(&self, order: &OrderId, event: Event) -> Notified {
        let body = self.fake.notification_body(order, event).unwrap();
        Notified::receive(&self.reconciler, body.as_bytes()).await
    }

    pub(crate) async fn state(&self, order: &OrderId) -> OrderState {
        let record = self.ledger.get(&self.key(order)).await.unwrap();
        record.unwrap().state
    }

    pub(crate) async fn reviews(&self) -> usize {
        self.ledger
            .reviews(&ReviewFilter::all(), 10)
            .await
            .unwrap()
            .len()
    }

    pub(crate) fn asked(&self) -> usize {
        let requests = self.fake.requests();
        let questions = requests.iter().filter(|one| one.ends_with("GetState"));
        questions.count()
    }
}

fn node(
    client: &PaytureClient,
    ledger: &Arc<MemoryStore>,
    handler: impl DeliveryHandler,
) -> Reconciler {
    let gate = Gate::builder(ledger.clone(), ledger.clone()).build();
    let reconciler = client.reconciler(Interface::InPay, ledger.clone(), gate.unwrap(), handler);
    reconciler.build()
}

/// What the gate decided about the one payment that was found.
pub(crate) fn decision(found: &Found) -> Decision {
    match found {
        Found::Paid(decisions) => {
            assert_eq!(decisions.len(), 1);
            decisions[0].1
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn client_of(terminal: Terminal) -> PaytureClient {
    PaytureClient::builder(terminal)
        .connect_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_millis(500))
        .build()
        .unwrap()
}
