//! The purchase flow of a PayTR shop, without a web framework.
//!
//! A browser names products and quantities. The shop's [`Checkout`] prices them, the flow opens an
//! order in the ledger, asks PayTR for a payment page and shows it; PayTR's notification settles the
//! order; the buyer sees the result. `paytr-axum` and `paytr-actix` mount it; another framework
//! translates requests to the methods of [`PurchaseFlow`] and their [`FlowResponse`]s back.
//!
//! | route | method |
//! |---|---|
//! | `POST {prefix}/pay` | [`PurchaseFlow::pay`] |
//! | `GET {prefix}/pay/{oid}` | [`PurchaseFlow::pay_page`] |
//! | `POST {prefix}/callback` | [`PurchaseFlow::receive`], or a callback layer on [`PurchaseFlow::gate`] |
//! | `GET {prefix}/ok`, `GET {prefix}/fail` | [`PurchaseFlow::landing`] |
//! | `GET {prefix}/orders/{oid}` | [`PurchaseFlow::order_state`] |
//!
//! # Rules
//!
//! * Amounts and order ids are made here. What a browser sends under such names is ignored.
//! * The order is in the ledger before PayTR hears of it, so the notification always finds it.
//! * `/ok` and `/fail` prove nothing and decide nothing: they read the ledger, make an order that is not
//!   paid due for the reconciler, and wait.
//! * What was paid and not delivered is neither offered again nor forgotten: [`PurchaseFlow::reconciler`].
//! * One idempotency key gives one order: double clicks do not open two.
//! * A script cannot burn payment pages: purchases are limited per buyer, and in all if the shop says so.
//! * What PayTR or the ledger say about a fault goes to `tracing`, never to the browser.
//!
//! What waits for a person is in the [`back_office`], behind a guard that the shop gives.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use paytr_core::{
//!     Basket, BoxError, CallbackGate, Credentials, Currency, MemoryStore, PaytrClient,
//!     async_trait,
//! };
//! use paytr_flow::{Cart, Checkout, CheckoutError, PricedOrder, PurchaseFlow};
//!
//! struct Catalogue;
//!
//! #[async_trait]
//! impl Checkout for Catalogue {
//!     async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError> {
//!         let mut basket = Basket::new(Currency::TRY);
//!         for line in cart.lines() {
//!             let (name, unit_price) = match line.product_id() {
//!                 "kalem" => ("Kalem", 1_800),
//!                 other => return Err(CheckoutError::unknown_product(other)),
//!             };
//!             basket = basket.item(name, unit_price, line.quantity())?;
//!         }
//!         Ok(PricedOrder::new(basket))
//!     }
//! }
//!
//! # fn main() -> Result<(), BoxError> {
//! let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
//! let ledger = Arc::new(MemoryStore::new());
//! let gate = CallbackGate::with_ledger(credentials.clone(), ledger.clone());
//! let client = PaytrClient::new(credentials)?;
//! let handler = async |payment: paytr_core::VerifiedPayment| {
//!     println!("{} paid {:?}", payment.merchant_oid(), payment.total());
//!     Ok::<_, BoxError>(())
//! };
//! let flow = PurchaseFlow::builder(
//!     client,
//!     gate,
//!     ledger,
//!     Arc::new(Catalogue),
//!     handler,
//!     "https://shop.example",
//! )
//! .order_prefix("SHOP")
//! .build()?;
//! assert_eq!(flow.callback_url(), "https://shop.example/paytr/callback");
//! # Ok(())
//! # }
//! ```

pub mod back_office;
mod builder;
mod cart;
mod client_ip;
mod flow;
mod language;
mod orders;
mod pages;
mod paths;
mod pay;
mod pay_limit;
mod response;
mod shop;

pub use builder::{FlowConfigError, PurchaseFlowBuilder};
pub use cart::{Cart, CartError, CartLine};
pub use client_ip::{TrustedProxies, TrustedProxiesError};
pub use flow::PurchaseFlow;
pub use pages::{Landing, PageRequest};
pub use pay::PayRequest;
pub use pay_limit::PayLimit;
pub use response::{BODY_DEADLINE, FlowResponse, MAX_BODY};
pub use shop::{Checkout, CheckoutError, PaymentHandler, PricedOrder};
