//! A shop with the purchase flow, and a sandbox that plays PayTR.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use paytr_axum::paytr_core::client::BaseUrl;
use paytr_axum::paytr_core::{
    Basket, BoxError, CallbackGate, Currency, Gate, Keyring, MemoryStore, PaytrClient,
    VerifiedPayment, async_trait,
};
use paytr_axum::paytr_flow::{
    Cart, Checkout, CheckoutError, PricedOrder, PurchaseFlow, TrustedProxies,
};
use paytr_axum::purchase_flow;
use paytr_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

struct Pencils;

#[async_trait]
impl Checkout for Pencils {
    async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError> {
        let mut basket = Basket::new(Currency::TRY);
        for line in cart.lines() {
            if line.product_id() != "kalem" {
                return Err(CheckoutError::unknown_product(line.product_id()));
            }
            basket = basket.item("Kalem", 1_800, line.quantity())?;
        }
        Ok(PricedOrder::new(basket))
    }
}

pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    pub(crate) sandbox: Sandbox,
    pub(crate) booked: Arc<AtomicU32>,
}

impl Shop {
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::builder()
            .resend_every(Duration::from_millis(100))
            .start()
            .await
            .unwrap();
        let client = PaytrClient::builder(sandbox.credentials())
            .base_url(BaseUrl::new(sandbox.base_url()).unwrap())
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ledger = Arc::new(MemoryStore::new());
        let gate = Gate::builder(ledger.clone(), ledger.clone())
            .build()
            .unwrap();
        let booked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&booked);
        let book = move |payment: VerifiedPayment| {
            let count = Arc::clone(&count);
            async move {
                count.fetch_add(u32::from(payment.is_paid()), Ordering::SeqCst);
                Ok::<_, BoxError>(())
            }
        };
        let flow = PurchaseFlow::builder(
            client,
            CallbackGate::new(Keyring::new(sandbox.credentials()), gate),
            ledger,
            Arc::new(Pencils),
            book,
            format!("http://{address}"),
        )
        .trusted_proxies(TrustedProxies::new(["127.0.0.1"]).unwrap())
        .build()
        .unwrap();
        sandbox.set_notify_url(&flow.callback_url()).unwrap();
        let app = Router::new()
            .merge(purchase_flow(flow))
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            address,
            sandbox,
            booked,
        }
    }

    /// Status, head and body of one request on a connection of its own.
    pub(crate) async fn send(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        self.send(&request).await
    }

    pub(crate) async fn pay(&self, purchase: &Value, headers: &str) -> (u16, Value) {
        let body = purchase.to_string();
        let request = format!(
            "POST /paytr/pay HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (status, _, body) = self.send(&request).await;
        (status, serde_json::from_str(&body).unwrap())
    }
}

pub(crate) fn two_pencils() -> Value {
    json!({
        "basket": [{"product_id": "kalem", "quantity": 2, "unit_price": 1}],
        "email": "a@example.com",
        "user_name": "Ayşe Yılmaz",
        "user_address": "İzmir",
        "user_phone": "05001112233",
        "payment_amount": 1,
        "merchant_oid": "MINE",
    })
}
