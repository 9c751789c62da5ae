//! The purchase flow over real connections, with a sandbox that plays PayTR.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use paytr_core::client::BaseUrl;
use paytr_core::{
    Basket, BoxError, CallbackGate, Currency, Gate, Keyring, MemoryStore, PaytrClient,
    VerifiedPayment, async_trait,
};
use paytr_flow::{Cart, Checkout, CheckoutError, PricedOrder, PurchaseFlow, TrustedProxies};
use paytr_sandbox::{Sandbox, TestCard};
use serde_json::{Value, json};

use crate::http::{self, Answer, PATIENCE};

/// The tests of [`purchase`](crate::purchase), of a server of [`purchase::Shop`](Shop).
#[macro_export]
macro_rules! purchase_tests {
    (#[$test:meta] $serve:path) => {
        $crate::one_test_per_rule! { #[$test] $serve, $crate::purchase::Shop, purchase:
            a_purchase_goes_from_the_cart_to_paid,
            a_declined_try_and_a_second_card_end_paid,
            the_buyers_address_is_read_behind_a_trusted_proxy,
            other_methods_and_too_large_bodies_are_refused,
            unknown_orders_are_404,
        }
    };
}

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

/// A shop that sells pencils for 18 lira each.
///
/// A framework serves [`flow`](Self::flow) at the root.
pub struct Shop {
    /// The purchase flow. Loopback is a trusted proxy.
    pub flow: PurchaseFlow,
    address: SocketAddr,
    sandbox: Sandbox,
    booked: Arc<AtomicU32>,
}

impl Shop {
    /// A new shop, and the listener that is to be served.
    pub async fn open() -> (Self, TcpListener) {
        let sandbox = Sandbox::builder()
            .resend_every(Duration::from_millis(100))
            .start()
            .await
            .unwrap();
        let client = PaytrClient::builder(sandbox.credentials())
            .base_url(BaseUrl::new(sandbox.base_url()).unwrap())
            .build()
            .unwrap();
        let listener = http::listen();
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
        let shop = Self {
            flow,
            address,
            sandbox,
            booked,
        };
        (shop, listener)
    }

    /// A request without a body.
    async fn ask(&self, method: &str, path: &str) -> Answer {
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        http::exchange(self.address, request).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).await
    }

    /// Orders two pencils.
    async fn pay(&self, headers: &str) -> (u16, Value) {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        let purchase = two_pencils().to_string();
        let request = http::request("POST", "/paytr/pay", &headers, &purchase);
        let answer = http::exchange(self.address, request).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    /// The buyer enters a card, and PayTR is answered `OK`.
    async fn enter(&self, card: TestCard, oid: &str) {
        self.sandbox.pay(oid, card).unwrap();
        self.sandbox
            .wait_until_acknowledged(oid, PATIENCE)
            .await
            .unwrap();
    }
}

fn two_pencils() -> Value {
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

/// Prices and order ids are the shop's, whatever the request says.
pub async fn a_purchase_goes_from_the_cart_to_paid(shop: &Shop) {
    let (status, answer) = shop.pay("").await;
    assert_eq!(
        (status, &answer["status"]),
        (200, &json!("success")),
        "{answer}"
    );
    let oid = answer["merchant_oid"].as_str().unwrap();
    assert_ne!(oid, "MINE", "order ids are made by the shop");
    let order = shop.sandbox.order(oid).unwrap();
    assert_eq!(order.amount, 3_600, "prices come from the shop");

    let page = shop.get(&format!("/paytr/pay/{oid}")).await;
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: "), "{page:?}");
    let iframe = answer["iframe_url"].as_str().unwrap();
    assert!(page.body.contains(iframe), "{page:?}");
    let state = shop.get(&format!("/paytr/orders/{oid}")).await.body;
    assert!(state.contains(r#""state":"pending""#), "{state}");

    shop.enter(TestCard::Visa, oid).await;
    let state = shop.get(&format!("/paytr/orders/{oid}")).await.body;
    assert!(state.contains(r#""state":"paid","total":3600"#), "{state}");
    let page = shop.get(&format!("/paytr/ok?oid={oid}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"data-state="paid""#), "{page:?}");
    assert_eq!(shop.booked.load(Ordering::SeqCst), 1);
}

/// And are booked once.
pub async fn a_declined_try_and_a_second_card_end_paid(shop: &Shop) {
    let (_, answer) = shop.pay("").await;
    let oid = answer["merchant_oid"].as_str().unwrap();
    shop.enter(TestCard::FraudAlert, oid).await;
    let page = shop.get(&format!("/paytr/fail?oid={oid}")).await.body;
    assert!(page.contains(r#"data-state="failed""#), "{page}");
    shop.enter(TestCard::Mastercard, oid).await;
    let state = shop.get(&format!("/paytr/orders/{oid}")).await.body;
    assert!(state.contains(r#""state":"paid""#), "{state}");
    assert_eq!(shop.booked.load(Ordering::SeqCst), 1);
}

/// The last address that the proxy was told.
pub async fn the_buyers_address_is_read_behind_a_trusted_proxy(shop: &Shop) {
    let (status, answer) = shop
        .pay("X-Forwarded-For: 10.0.0.1, 88.255.10.20\r\n")
        .await;
    assert_eq!(status, 200, "{answer}");
    let oid = answer["merchant_oid"].as_str().unwrap();
    let order = shop.sandbox.order(oid).unwrap();
    assert!(
        order.warnings.is_empty(),
        "the proxy's own address would be warned of"
    );
}

/// With the flow's own answers, not the framework's.
pub async fn other_methods_and_too_large_bodies_are_refused(shop: &Shop) {
    for (path, method, allow) in [
        ("/paytr/pay", "GET", "allow: post\r\n"),
        ("/paytr/ok", "PUT", "allow: get, head, post\r\n"),
        ("/paytr/pay/NOBODYS", "PUT", "allow: get, head\r\n"),
        ("/paytr/orders/NOBODYS", "DELETE", "allow: get, head\r\n"),
    ] {
        let Answer { status, head, body } = shop.ask(method, path).await;
        assert_eq!(status, 405, "{method} {path}");
        assert!(format!("{head}\r\n").contains(allow), "{head}");
        assert!(body.contains(r#""code":"method_not_allowed""#), "{body}");
    }
    let Answer { status, head, body } = shop.get("/paytr/callback").await;
    assert_eq!(
        (status, &*body),
        (405, "PAYTR notification failed: method not allowed")
    );
    assert!(head.contains("allow: post"), "{head}");
    let announced = "POST /paytr/pay HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\
                     Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n";
    let answer = http::exchange(shop.address, announced).await;
    assert_eq!(answer.status, 413);
}

/// However they are written.
pub async fn unknown_orders_are_404(shop: &Shop) {
    for path in [
        "/paytr/orders/NOBODYS",
        "/paytr/pay/NOBODYS",
        "/paytr/orders/%3Cscript%3E",
        "/paytr/orders/%FF",
        "/paytr/orders/",
        "/paytr/%6Frders/NOBODYS",
        "/paytr/callbac%6B",
    ] {
        assert_eq!(shop.get(path).await.status, 404, "{path}");
    }
    let page = shop.get("/paytr/ok?oid=%3Cscript%3E").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<script>%"), "{page:?}");
}
