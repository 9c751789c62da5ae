//! A shop, a browser's requests, and what stands in for PayTR.

mod back_office;
mod ledger;
mod paytr;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use ledger::FaultyLedger;
pub(crate) use paytr::{FakePaytr, Script};
use paytr_core::client::BaseUrl;
use paytr_core::paid_once::OrderRecord;
use paytr_core::{
    Basket, BoxError, CallbackGate, Credentials, Currency, Gate, Keyring, MerchantOid, OrderKey,
    OrderLedger as _, PaytrClient, VerifiedPayment, async_trait,
};
use paytr_flow::{
    Cart, Checkout, CheckoutError, FlowResponse, PageRequest, PayRequest, PricedOrder,
    PurchaseFlow, PurchaseFlowBuilder,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub(crate) const BUYER_IP: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

/// A shop with a stand-in for PayTR.
pub(crate) struct Shop {
    pub(crate) flow: PurchaseFlow,
    pub(crate) paytr: FakePaytr,
    pub(crate) ledger: Arc<FaultyLedger>,
    pub(crate) handled: mpsc::UnboundedReceiver<VerifiedPayment>,
}

impl Shop {
    pub(crate) async fn start(script: Script) -> Self {
        Self::start_with(script, |builder| builder).await
    }

    pub(crate) async fn start_with(
        script: Script,
        settings: impl FnOnce(PurchaseFlowBuilder) -> PurchaseFlowBuilder,
    ) -> Self {
        let paytr = FakePaytr::start(script).await;
        let ledger = Arc::new(FaultyLedger::default());
        let (sender, handled) = mpsc::unbounded_channel();
        let book = move |payment| {
            let sent = sender.send(payment);
            async move { sent.map_err(BoxError::from) }
        };
        let builder = builder(paytr.base_url(), ledger.clone(), book);
        let flow = settings(builder).build().unwrap();
        Self {
            flow,
            paytr,
            ledger,
            handled,
        }
    }

    pub(crate) async fn pay(&self, body: &Value) -> Paid {
        self.pay_from(BUYER_IP, body).await
    }

    pub(crate) async fn pay_from(&self, client_ip: IpAddr, body: &Value) -> Paid {
        let body = body.to_string();
        let request = PayRequest {
            content_type: Some(b"application/json"),
            accept_language: None,
            client_ip,
            body: body.as_bytes(),
        };
        Paid::new(self.flow.pay(request).await)
    }

    pub(crate) async fn pay_raw(&self, content_type: Option<&str>, body: &[u8]) -> Paid {
        let request = PayRequest {
            content_type: content_type.map(str::as_bytes),
            accept_language: None,
            client_ip: BUYER_IP,
            body,
        };
        Paid::new(self.flow.pay(request).await)
    }

    /// A new order, opened the usual way.
    pub(crate) async fn open_order(&self) -> String {
        let paid = self.pay(&cart()).await;
        assert_eq!(paid.status(), 200, "{:?}", paid.body);
        paid.text("merchant_oid").to_owned()
    }

    pub(crate) fn key(&self, oid: &str) -> OrderKey {
        let oid = MerchantOid::new(oid).unwrap();
        oid.order_key(self.flow.gate().merchant_id())
    }

    pub(crate) async fn record(&self, oid: &str) -> Option<OrderRecord> {
        self.ledger.get(&self.key(oid)).await.unwrap()
    }

    pub(crate) async fn pay_page(&self, oid: &str) -> FlowResponse {
        self.flow.pay_page(oid, english("")).await
    }
}

pub(crate) fn builder(
    base_url: &str,
    ledger: Arc<FaultyLedger>,
    handler: impl paytr_flow::PaymentHandler,
) -> PurchaseFlowBuilder {
    let client = PaytrClient::builder(credentials())
        .base_url(BaseUrl::new(base_url).unwrap())
        .build()
        .unwrap();
    let gate = Gate::builder(ledger.clone(), ledger.clone())
        .build()
        .unwrap();
    let gate = CallbackGate::new(Keyring::new(credentials()), gate);
    let url = "https://shop.example";
    PurchaseFlow::builder(client, gate, ledger, Arc::new(Catalogue), handler, url)
        .token_timeout(Duration::from_secs(2))
}

/// The prices of the shop.
pub(crate) struct Catalogue;

#[async_trait]
impl Checkout for Catalogue {
    async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError> {
        let mut basket = Basket::new(Currency::TRY);
        for line in cart.lines() {
            let (name, unit_price) = match line.product_id() {
                "kalem" => ("Kalem", 1_800),
                "defter" => ("Defter", 3_325),
                "free" => ("Free", 0),
                "ticket" | "elsewhere" => ("Ticket", 5_000),
                "dear" => ("Dear", u64::MAX / 2),
                "gone" => return Err(CheckoutError::out_of_stock("gone")),
                "broken" => return Err(CheckoutError::unavailable("db at 10.0.0.7 is down")),
                other => return Err(CheckoutError::unknown_product(other)),
            };
            basket = basket.item(name, unit_price, line.quantity())?;
        }
        let priced = PricedOrder::new(basket);
        Ok(match cart.lines()[0].product_id() {
            "ticket" => priced
                .ok_url("https://shop.example/tickets?cart=1")
                .fail_url("https://shop.example/again"),
            "elsewhere" => priced.ok_url("javascript:alert(1)"),
            _ => priced,
        })
    }
}

/// The answer to a `POST /pay`.
#[derive(Debug)]
pub(crate) struct Paid {
    pub(crate) response: FlowResponse,
    pub(crate) body: Value,
}

impl Paid {
    fn new(response: FlowResponse) -> Self {
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let body = serde_json::from_str(&response.body).unwrap();
        Self { response, body }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status(), self.text("code"))
    }
}

/// Two pens at 18.00 and a book at 33.25: 69.25 lira.
pub(crate) fn cart() -> Value {
    json!({
        "basket": [{"product_id": "kalem", "quantity": 2}, {"product_id": "defter", "quantity": 1}],
        "email": "ayse@example.com",
        "user_name": "Ayşe Yılmaz",
        "user_address": "Kordon 1, İzmir",
        "user_phone": "05001112233",
    })
}

pub(crate) const CART_TOTAL: u64 = 6_925;

/// The usual cart with some fields changed or added.
pub(crate) fn cart_with(changes: &Value) -> Value {
    let mut cart = cart();
    for (name, value) in changes.as_object().unwrap() {
        cart[name] = value.clone();
    }
    cart
}

pub(crate) fn english(query: &str) -> PageRequest<'_> {
    PageRequest {
        query: Some(query),
        accept_language: Some(b"en"),
    }
}
