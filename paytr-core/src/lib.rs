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
//! * [`reconciler`]: asks PayTR about orders whose notification did not come or that no handler took, and
//!   delivers what is paid (feature `client`).
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
//! * `metrics`: [counters and histograms](metrics).
//! * `testing`: [`testing`] signs notifications of every kind, for tests, sandboxes and tools.

mod amount;
pub mod api;
mod basket;
pub mod callback;
#[cfg(feature = "client")]
mod client;
mod credentials;
mod disposition;
pub mod errors;
mod form;
mod gate;
mod id_form;
mod language;
mod measure;
mod merchant_oid;
#[cfg(feature = "metrics")]
pub mod metrics;
mod refund_ledger;
mod reply;
mod reply_fields;
#[cfg(feature = "testing")]
pub mod testing;
mod wire;

pub use amount::{AmountError, money_from_major, parse_currency, parse_major};
pub use basket::{Basket, BasketError, BasketRow};
pub use callback::{
    CallbackError, CallbackId, CallbackIdError, CashoutResult, EftNotice, LinkCallback,
    NotificationKind, PaymentCallback, PersonalData, PlatformResult, TransferResult,
};
#[cfg(feature = "client")]
pub use client::{
    BaseUrl, BaseUrlError, ClientBuildError, ClientBuilder, DifferentMerchants, InspectedReply,
    PaytrClient, PaytrError, RefundError, RefundProof, RefundState, Refunded, StatusOfOrders,
    StatusReadBack, UnknownRefund, reconciler,
};
pub use credentials::{
    Credentials, CredentialsError, KeyIndex, Keyring, MerchantId, MerchantIdError, Signature,
    SignatureError, SignedPart,
};
pub use disposition::{Disposition, Reply};
pub use form::Form;
pub use gate::{
    Admitted, CallbackGate, CallbackLimits, CashoutResultGate, EftNoticeGate, Kind, LinkGate,
    LinkPayment, LinkPrices, Links, NotificationGate, PlatformResultGate, TransferResultGate,
    VerifiedPayment,
};
pub use id_form::{IdForm, IdFormError};
pub use language::Language;
pub use merchant_oid::{MerchantOid, MerchantOidError};
pub use refund_ledger::{MemoryRefundLedger, RefundLedger, Reservation};
pub use reply::{DecodeError, Refusal};
pub use wire::{
    CardKind, CardProgram, CardScheme, Date, DateError, DateTime, PaidBy, Percent, RawJson,
    ReplyDate, SignedMoney,
};

pub use paid_once::inquiry;
pub use paid_once::{
    BoxError, Currency, CurrencyError, Decision, Delivery, DrainTimeout, Expected, ExpectedAmount,
    FailureReason, Gate, GateBuilder, GateConfigError, HandlerFailure, HandlerTasks, Idempotency,
    Lease, MemoryStore, Mismatch, Mode, Money, NewOrder, Opened, OrderKey, OrderLedger,
    OrderRecord, OrderState, OrderStore, Outcome, Payment, ReadBack, ReadBackAnswer, Reconciler,
    Retention, Review, ReviewReason, Settled, StoreError, TestPayments, Unavailable, Undelivered,
    WhenReadBackUnavailable, async_trait,
};
