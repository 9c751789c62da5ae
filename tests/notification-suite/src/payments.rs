//! A shop with one open order, whose payments a server is notified of.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use paytr_core::testing::PaymentNotification;
use paytr_core::{
    CallbackGate, Currency, Expected, Gate, Keyring, MemoryStore, MerchantOid, Money, NewOrder,
    OrderKey, OrderLedger as _, OrderState, OrderStore,
};
use tokio::net::TcpStream;

use crate::gates::PRICE;
use crate::http::{self, Answer, FORM, wait_for};
use crate::{Probe, credentials, paths};

/// A shop with the open order `SHOP0001` of 34.56 lira.
///
/// A framework serves [`gate`](Self::gate) at [`paths::PAYMENTS`] with a handler that calls
/// [`Probe::payment`].
#[derive(Debug)]
pub struct Shop {
    /// Where the listener listens.
    pub address: SocketAddr,
    /// For the handler.
    pub probe: Arc<Probe>,
    /// Of the order. A body may take one second.
    pub gate: CallbackGate,
    ledger: Arc<MemoryStore>,
}

impl Shop {
    /// A new shop, and the listener that is to be served.
    pub async fn open() -> (Self, TcpListener) {
        let listener = http::listen();
        let ledger = ledger().await;
        let shop = Self {
            address: listener.local_addr().unwrap(),
            probe: Arc::default(),
            gate: gate(ledger.clone(), ledger.clone()).body_deadline(Duration::from_secs(1)),
            ledger,
        };
        (shop, listener)
    }

    /// Delivers a notification.
    pub async fn post(&self, body: &str) -> Answer {
        self.exchange(request(body)).await
    }

    /// Sends these bytes and reads the whole answer.
    pub async fn exchange(&self, request: impl AsRef<[u8]>) -> Answer {
        http::exchange(self.address, request).await
    }

    /// A new connection.
    pub async fn connect(&self) -> TcpStream {
        http::connect(self.address).await
    }

    /// What is known of the order.
    pub async fn state(&self) -> OrderState {
        self.ledger.get(&order()).await.unwrap().unwrap().state
    }

    /// Whether the order is paid.
    pub async fn is_paid(&self) -> bool {
        matches!(self.state().await, OrderState::Paid { .. })
    }

    /// Waits for the first run of the handler.
    pub async fn until_the_handler_runs(&self) {
        wait_for("the handler runs", async || self.probe.runs() == 1).await;
    }
}

fn order() -> OrderKey {
    let order = MerchantOid::new("SHOP0001").unwrap();
    order.order_key(credentials().merchant_id())
}

/// A ledger with the open order.
pub async fn ledger() -> Arc<MemoryStore> {
    let ledger = Arc::new(MemoryStore::new());
    let price = Expected::AtLeast(Money::new(PRICE, Currency::TRY));
    let _ = ledger.open(NewOrder::new(order(), price)).await.unwrap();
    ledger
}

/// A gate on that ledger, or on a store in front of it.
pub fn gate(store: Arc<dyn OrderStore>, ledger: Arc<MemoryStore>) -> CallbackGate {
    let gate = Gate::builder(store, ledger).build().unwrap();
    CallbackGate::new(Keyring::new(credentials()), gate)
}

/// The body that tells of 34.56 lira paid for an order.
pub fn success(oid: &str) -> String {
    PaymentNotification::success(oid, PRICE)
        .field("currency", "TL")
        .sign(&credentials())
        .to_body()
}

/// The bytes of a well-formed notification.
pub fn request(body: &str) -> Vec<u8> {
    http::request("POST", paths::PAYMENTS, FORM, body)
}
