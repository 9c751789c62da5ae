//! PayTR for Rust shops: signing, client, and notifications that are handled once.
//!
//! PayTR is a Turkish payment provider. A shop asks it for an iframe token, the buyer pays inside the
//! iframe, and PayTR posts a signed form to the shop's notification URL until the shop answers
//! exactly `OK`. This crate has everything of that except the web framework:
//!
//! * [`Credentials`] and [`Keyring`]: the merchant's id, key and salt, never shown again;
//! * [`api`]: one typed request per PayTR endpoint, signed over the very bytes that are posted;
//! * [`PaytrClient`]: sends them (feature `client`), and finds out what became of a refund whose reply
//!   was lost;
//! * [`errors`]: PayTR's codes, what they mean in both languages, and what to do;
//! * [`PaymentCallback`]: a notification whose grammar and signature were checked; [`callback`] has the
//!   four other kinds;
//! * [`CallbackGate`]: keyring and [`Gate`] together, from the body to the [`Disposition`] that says
//!   what to answer;
//! * [`statement`]: compares PayTR's report of a day with the ledger (feature `client`);
//! * [`reconciler`]: asks PayTR about orders whose notification did not come or that no handler took, and
//!   delivers what is paid (feature `client`);
//! * [`health`]: whether a node may get traffic, and gauges of what waits in the ledger.
//!
//! Most shops use it through `paytr-axum` or `paytr-tower`. Without a framework:
//!
//! ```
//! use std::sync::Arc;
//! use paytr_core::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
//! let ledger = Arc::new(MemoryStore::new());
//! let order = MerchantOid::new("SIPARIS0001")?.order_key(credentials.merchant_id());
//! let price = Money::new(3_456, Currency::TRY);
//! ledger.open(NewOrder::new(order, Expected::AtLeast(price))).await?;
//!
//! let gate = CallbackGate::with_ledger(credentials, ledger);
//!
//! let body = b"merchant_oid=SIPARIS0001&status=success&total_amount=3456\
//!              &hash=4B%2Fw%2BFYL%2BR%2FkQtmTzJpW0BVLqpItTNufqOyiYQf240E%3D";
//! let disposition = gate
//!     .receive(body, |payment| async move {
//!         println!("{} paid {:?}", payment.merchant_oid(), payment.total());
//!         Ok::<_, BoxError>(())
//!     })
//!     .await;
//!
//! assert_eq!(disposition.reply().status, 200);
//! assert_eq!(disposition.reply().body, "OK");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! * `client` (default): [`PaytrClient`], on reqwest and rustls.
//! * `metrics`: [counters, histograms and gauges](metrics).
//! * `testing`: [`testing`] signs notifications of every kind, for tests, sandboxes and tools.

pub mod amount;
pub mod api;
pub mod basket;
pub mod callback;
#[cfg(feature = "client")]
pub mod client;
pub mod credentials;
mod disposition;
pub mod errors;
mod form;
pub mod gate;
pub mod health;
pub mod id_form;
mod language;
mod measure;
pub mod merchant_oid;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod refund_ledger;
mod reply;
mod reply_fields;
#[cfg(feature = "client")]
pub mod statement;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use basket::Basket;
pub use callback::{CashoutResult, EftNotice, PaymentCallback, PlatformResult, TransferResult};
#[cfg(feature = "client")]
pub use client::{PaytrClient, PaytrError, reconciler};
pub use credentials::{Credentials, Keyring};
pub use disposition::{Disposition, Reply};
pub use gate::{CallbackGate, LinkPayment, VerifiedPayment};
pub use id_form::IdForm;
pub use language::Language;
pub use merchant_oid::MerchantOid;

/// Settlement for any provider: what this crate stands on.
pub use paid_once;
pub use paid_once::inquiry;
pub use paid_once::{
    BoxError, Currency, Expected, ExpectedAmount, Gate, MemoryStore, Mode, Money, NewOrder,
    OrderKey, OrderLedger, OrderState, OrderStore, Reconciler, StoreError, async_trait,
};
