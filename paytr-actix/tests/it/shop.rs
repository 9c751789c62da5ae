//! A shop on actix with one open order, and a handler that the test holds.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::{App, HttpResponse, web};
use paytr_actix::paytr_core::testing::PaymentNotification;
use paytr_actix::paytr_core::{Currency, Expected, MerchantOid, NewOrder, OrderState, OrderStore};
use paytr_actix::{
    BoxError, CallbackGate, Credentials, Gate, Keyring, MemoryStore, Money, OrderLedger,
    VerifiedCallback,
};
use tokio::sync::Semaphore;

use crate::http::{Answer, PATH, Server, request, wait_for};

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

/// What the handler does and what it saw.
#[derive(Clone)]
pub(crate) struct Handler {
    runs: Arc<AtomicU32>,
    finished: Arc<AtomicU32>,
    /// The handler waits for a permit before it ends.
    pub(crate) door: Arc<Semaphore>,
    succeeds: bool,
}

impl Handler {
    /// Ends at once.
    pub(crate) fn quick() -> Self {
        Self {
            runs: Arc::default(),
            finished: Arc::default(),
            door: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            succeeds: true,
        }
    }

    /// Ends at once with an error.
    pub(crate) fn failing() -> Self {
        Self {
            succeeds: false,
            ..Self::quick()
        }
    }

    /// Waits until the test opens the door.
    pub(crate) fn waiting() -> Self {
        Self {
            door: Arc::new(Semaphore::new(0)),
            ..Self::quick()
        }
    }

    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn finished(&self) -> u32 {
        self.finished.load(Ordering::SeqCst)
    }
}

async fn paid(callback: VerifiedCallback, handler: web::Data<Handler>) -> HttpResponse {
    callback
        .settle_with(|payment| async move {
            // Not Send, and held while it waits.
            let order_id = Rc::new(payment.merchant_oid().to_owned());
            handler.runs.fetch_add(1, Ordering::SeqCst);
            handler.door.acquire().await?.forget();
            handler.finished.fetch_add(1, Ordering::SeqCst);
            assert!(order_id.starts_with("SHOP"), "only open orders arrive here");
            if handler.succeeds {
                Ok::<_, BoxError>(())
            } else {
                Err("secret details of the shop".into())
            }
        })
        .await
}

/// A gate on a ledger with one open order, `SHOP0001` of 34.56 lira.
pub(crate) async fn ledger() -> Arc<MemoryStore> {
    let ledger = Arc::new(MemoryStore::new());
    let price = Expected::AtLeast(Money::new(3_456, Currency::TRY));
    let order = MerchantOid::new("SHOP0001").unwrap();
    let order = order.order_key(credentials().merchant_id());
    let _ = ledger.open(NewOrder::new(order, price)).await.unwrap();
    ledger
}

pub(crate) fn gate(store: Arc<dyn OrderStore>, ledger: Arc<MemoryStore>) -> CallbackGate {
    let gate = Gate::builder(store, ledger).build().unwrap();
    CallbackGate::new(Keyring::new(credentials()), gate)
}

/// A success of 34.56 lira for an order.
pub(crate) fn success(oid: &str) -> String {
    PaymentNotification::success(oid, 3_456)
        .field("currency", "TL")
        .sign(&credentials())
        .to_body()
}

pub(crate) struct Shop {
    pub(crate) server: Server,
    pub(crate) handler: Handler,
    pub(crate) ledger: Arc<MemoryStore>,
    pub(crate) gate: CallbackGate,
}

impl Shop {
    pub(crate) async fn start(handler: Handler) -> Self {
        Self::start_with(handler, |gate| gate).await
    }

    pub(crate) async fn start_with(
        handler: Handler,
        limits: impl FnOnce(CallbackGate) -> CallbackGate,
    ) -> Self {
        let ledger = ledger().await;
        let gate = limits(gate(ledger.clone(), ledger.clone()));
        let shared = (web::Data::new(handler.clone()), gate.clone());
        let server = Server::start(move || {
            let (handler, gate) = shared.clone();
            App::new()
                .app_data(gate)
                .app_data(handler)
                // Limits of the application that must change nothing.
                .app_data(web::PayloadConfig::new(1))
                .app_data(web::FormConfig::default().limit(1))
                .route(PATH, web::to(paid))
        });
        Self {
            server,
            handler,
            ledger,
            gate,
        }
    }

    /// Posts a form to the callback.
    pub(crate) async fn post(&self, body: &str) -> Answer {
        self.server.exchange(&request(body)).await
    }

    pub(crate) async fn state(&self) -> OrderState {
        let order = MerchantOid::new("SHOP0001").unwrap();
        let order = order.order_key(credentials().merchant_id());
        self.ledger.get(&order).await.unwrap().unwrap().state
    }

    pub(crate) async fn is_paid(&self) -> bool {
        matches!(self.state().await, OrderState::Paid { .. })
    }

    pub(crate) async fn until_the_handler_runs(&self) {
        wait_for("the handler runs", async || self.handler.runs() == 1).await;
    }
}
