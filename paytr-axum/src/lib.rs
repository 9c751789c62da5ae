//! PayTR for axum 0.8: a layer and an extractor for its notifications, and the whole purchase if you want it.
//!
//! Ten lines make an axum app take PayTR's notifications, each payment once:
//!
//! ```
//! use axum::{Router, routing::post};
//! use paytr_axum::{CallbackGate, PaytrCallbackLayer, VerifiedCallback};
//!
//! async fn paid(payment: VerifiedCallback) {
//!     println!("{} paid {:?}", payment.merchant_oid(), payment.total());
//! }
//!
//! fn app(gate: CallbackGate) -> Router {
//!     Router::new().route("/paytr/callback", post(paid).layer(PaytrCallbackLayer::new(gate)))
//! }
//! ```
//!
//! When the handler runs, the signature is verified, the total matches the shop's records, and no
//! other delivery of the same payment can run it. A 2xx answer settles the payment and PayTR is told
//! `OK`; anything else makes PayTR ask again. See [`paytr_tower`] for the exact rules.
//!
//! Payment links, announced bank transfers and the results of platform transfers and cashouts arrive at
//! addresses of their own: [`Notification`] is their extractor.
//!
//! With the feature `router` (default), [`purchase_flow()`] mounts the whole purchase: pricing on the
//! server, the payment page, the notification and the pages where the buyer lands. [`back_office()`] mounts
//! the pages of the day after, behind a guard that you give.
//!
//! # Deployment
//!
//! `axum::serve` sets no time limit for the head of a request, and a sender that closes its own side of the
//! connection after its request is never answered. A proxy in front takes care of both. Without one, serve the app
//! on hyper's own server, as `examples/axum-shop/src/serve.rs` does: `header_read_timeout` and `half_close`.
//!
//! # Features
//!
//! * `router` (default): [`purchase_flow()`] and [`back_office()`]. Without it the crate needs only axum-core.

#[cfg(feature = "router")]
mod back_office;
mod notification;
#[cfg(feature = "router")]
mod purchase_flow;

#[cfg(feature = "router")]
pub use back_office::back_office;
pub use notification::{
    Notification, NotificationRejection, VerifiedCallback, VerifiedCallbackRejection,
};
#[cfg(feature = "router")]
pub use paytr_flow;
#[cfg(feature = "router")]
pub use purchase_flow::purchase_flow;

pub use paytr_core;
pub use paytr_core::{
    BoxError, CallbackGate, Credentials, Disposition, Gate, Keyring, MemoryStore, Money,
    OrderLedger, VerifiedPayment,
};
#[cfg(feature = "router")]
pub use paytr_core::{PaytrClient, reconciler};
pub use paytr_tower::{
    CashoutResultLayer, EftNoticeLayer, LinkCallbackLayer, PaytrCallbackLayer, PlatformResultLayer,
    TransferResultLayer,
};

#[cfg(all(doctest, feature = "router"))]
mod guides;
