//! A fake Payture, a ledger, a gate and a handler that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use payture::commands::inpay::Init;
use payture::settlement::Event;
use payture::testing::{FakeBuilder, FakePayture, Fault, TestCard};
use payture::{
    BoxError, Currency, Disposition, Expected, Gate, Interface, MemoryStore, NewOrder, OrderId,
    OrderLedger, PaytureClient, PaytureGate, Terminal, VerifiedPayment,
};

use super::{OID, oid, roubles};

pub(crate) const PRICE: u64 = 12_480;

pub(crate) struct Shop {
    pub(crate) fake: FakePayture,
    pub(crate) client: PaytureClient,
    pub(crate) ledger: Arc<MemoryStore>,
    pub(crate) gate: PaytureGate,
    runs: Arc<AtomicU32>,
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
        let gate = Gate::builder(ledger.clone(), ledger.clone())
            .build()
            .unwrap();
        let source = Arc::new(client.state_source(Interface::InPay));
        let terminal = client.terminal().clone();
        let gate = PaytureGate::new(terminal, source, ledger.clone(), gate);
        Self {
            fake,
            client,
            ledger,
            gate,
            runs: Arc::default(),
        }
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

    pub(crate) async fn expect(&self, order: &OrderId, expected: Expected) {
        let key = self.client.terminal().order_key(order);
        let _opened = self
            .ledger
            .open(NewOrder::new(key, expected).with_inquire_after(Duration::ZERO))
            .await
            .unwrap();
    }

    pub(crate) async fn paid_order() -> (Self, OrderId) {
        let (shop, order) = Self::with_order().await;
        shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
        (shop, order)
    }

    pub(crate) fn handler(
        &self,
    ) -> impl Fn(VerifiedPayment) -> std::future::Ready<Result<(), BoxError>> + Clone + Send + Sync + 'static
    {
        let runs = self.runs.clone();
        move |_payment| {
            runs.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok(()))
        }
    }

    /// How often the handler ran.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) async fn check(&self, order: &OrderId) -> Disposition {
        self.gate.check(order, self.handler()).await
    }

    /// What becomes of the order when Payture answers `GetState` with this body.
    pub(crate) async fn check_answered(&self, order: &OrderId, body: &str) -> Disposition {
        self.fake.fault("GetState", Fault::Answer(body.to_owned()));
        self.check(order).await
    }

    pub(crate) async fn notify(&self, order: &OrderId, event: Event) -> Disposition {
        let body = self.fake.notification_body(order, event).unwrap();
        self.gate.receive(body.as_bytes(), self.handler()).await
    }

    pub(crate) async fn reviews(&self) -> Vec<payture::OrderKey> {
        let reviews = self.ledger.reviews(10).await.unwrap();
        reviews.into_iter().map(|review| review.order).collect()
    }

    pub(crate) fn asked(&self) -> usize {
        let requests = self.fake.requests();
        requests
            .iter()
            .filter(|request| request.ends_with("GetState"))
            .count()
    }
}

pub(crate) fn client_of(terminal: Terminal) -> PaytureClient {
    PaytureClient::builder(terminal)
        .connect_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_millis(500))
        .build()
        .unwrap()
}
