//! A real axum server behind the layer, and raw connections to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::routing::post;
use paytr_core::paid_once::TestPayments;
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    CallbackGate, Credentials, Currency, Expected, Gate, Keyring, MemoryStore, MerchantOid, Money,
    NewOrder, OrderLedger, OrderState, VerifiedPayment,
};
use paytr_tower::PaytrCallbackLayer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

pub(crate) const PATH: &str = "/paytr/callback";
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

/// What the handler does and what it saw.
#[derive(Clone)]
pub(crate) struct Handler {
    pub runs: Arc<AtomicU32>,
    pub finished: Arc<AtomicU32>,
    /// The handler waits for a permit before it ends.
    pub door: Arc<Semaphore>,
    pub status: StatusCode,
}

impl Handler {
    /// Ends at once with this status.
    pub(crate) fn answering(status: StatusCode) -> Self {
        Self {
            runs: Arc::default(),
            finished: Arc::default(),
            door: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            status,
        }
    }

    /// Waits until the test opens the door.
    pub(crate) fn waiting() -> Self {
        Self {
            door: Arc::new(Semaphore::new(0)),
            ..Self::answering(StatusCode::OK)
        }
    }

    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn finished(&self) -> u32 {
        self.finished.load(Ordering::SeqCst)
    }
}

async fn handle(
    Extension(handler): Extension<Handler>,
    Extension(payment): Extension<VerifiedPayment>,
    body: String,
) -> (StatusCode, &'static str) {
    assert!(
        body.contains(payment.merchant_oid()),
        "the body is restored"
    );
    handler.runs.fetch_add(1, Ordering::SeqCst);
    handler.door.acquire().await.unwrap().forget();
    handler.finished.fetch_add(1, Ordering::SeqCst);
    (handler.status, "never shown to PayTR")
}

/// A shop with one open order `SHOP0001` of 34.56 lira.
pub(crate) struct Shop {
    pub address: SocketAddr,
    pub handler: Handler,
    pub ledger: Arc<MemoryStore>,
    pub layer: PaytrCallbackLayer,
}

impl Shop {
    pub(crate) async fn start(handler: Handler) -> Self {
        Self::start_with(handler, |gate| gate, |app| app).await
    }

    pub(crate) async fn start_with(
        handler: Handler,
        limits: impl FnOnce(CallbackGate) -> CallbackGate,
        outer: impl FnOnce(Router) -> Router,
    ) -> Self {
        let ledger = Arc::new(MemoryStore::new());
        let gate = Gate::builder(ledger.clone(), ledger.clone())
            .test_payments(TestPayments::RecordForReview)
            .build()
            .unwrap();
        let gate = limits(CallbackGate::new(Keyring::new(credentials()), gate));
        let layer = PaytrCallbackLayer::new(gate).at(PATH);
        let app = Router::new()
            .route(PATH, post(handle))
            .route("/other", post(|body: String| async move { body }))
            .layer(layer.clone())
            .layer(Extension(handler.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = outer(app);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let shop = Self {
            address,
            handler,
            ledger,
            layer,
        };
        shop.open("SHOP0001").await;
        shop
    }

    pub(crate) async fn open(&self, oid: &str) {
        let order = MerchantOid::new(oid).unwrap();
        let order = order.order_key(credentials().merchant_id());
        let price = Money::new(3_456, Currency::TRY);
        let new = NewOrder::new(order, Expected::AtLeast(price));
        let _ = self.ledger.open(new).await.unwrap();
    }

    pub(crate) async fn state(&self, oid: &str) -> OrderState {
        let order = MerchantOid::new(oid).unwrap();
        let order = order.order_key(credentials().merchant_id());
        self.ledger.get(&order).await.unwrap().unwrap().state
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes and reads the whole answer.
    pub(crate) async fn exchange(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        Answer::read(&mut stream).await
    }

    /// Posts a form to the guarded path.
    pub(crate) async fn post(&self, body: &str) -> Answer {
        self.exchange(&request(body)).await
    }

    pub(crate) async fn wait_for(&self, what: &str, condition: impl AsyncFn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !condition(self).await {
            assert!(
                tokio::time::Instant::now() < deadline,
                "never happened: {what}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A success of 34.56 lira for an order.
pub(crate) fn success(oid: &str) -> String {
    PaymentNotification::success(oid, 3_456)
        .field("currency", "TL")
        .sign(&credentials())
        .to_body()
}

/// The bytes of a well-formed notification request.
pub(crate) fn request(body: &str) -> Vec<u8> {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An HTTP answer, as bytes came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub(crate) async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the answer takes too long")
            .expect("the connection broke");
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}
