//! PayTR notifications for any tower stack.
//!
//! [`PaytrCallbackLayer`] guards a route. A request to it reaches the inner service only
//! as a payment whose signature was verified, whose amount was compared with the shop's records, and
//! whose right to be handled was claimed. What the inner service answers decides what PayTR is told.
//!
//! On axum, `paytr-axum` has this layer and an extractor for it; on actix-web, `paytr-actix` does the same
//! in its own way. Use this crate for hyper and every other server that speaks tower.
//!
//! # Rules
//!
//! * It goes around the handler of one route. To wrap a whole application, say
//!   [at](NotificationLayer::at) which path: requests to other paths pass through untouched.
//! * It takes a `POST` with `Content-Type: application/x-www-form-urlencoded`, not
//!   compressed, of at most 16 KiB within 10 s, whatever the application's own limits are.
//! * The inner service gets the request with its body restored and a
//!   [`VerifiedPayment`](paytr_core::VerifiedPayment) in the extensions.
//! * A 2xx answer of the inner service settles the payment; PayTR is told exactly `OK`. Any other
//!   answer, an error, a panic or a handler out of time gives the claim back; PayTR asks again. The
//!   inner answer's body is never sent. An error of the inner service passes through.
//! * From the claim to the settlement everything runs in a task of its own: a connection that breaks,
//!   or an outer time limit that fires, does not stop it. [`PaytrCallbackLayer::drain`] waits for
//!   these tasks on shutdown.
//! * Every answer that the layer makes carries its [`Disposition`](paytr_core::Disposition) in the
//!   response extensions, for outer middleware.
//!
//! # Example
//!
//! ```
//! use axum::{Router, Extension, routing::post};
//! use paytr_core::{CallbackGate, VerifiedPayment};
//! use paytr_tower::PaytrCallbackLayer;
//!
//! async fn paid(Extension(payment): Extension<VerifiedPayment>) {
//!     println!("{} paid {:?}", payment.merchant_oid(), payment.total());
//! }
//!
//! fn app(gate: CallbackGate) -> Router {
//!     Router::new().route("/paytr/callback", post(paid).layer(PaytrCallbackLayer::new(gate)))
//! }
//! ```
//!
//! Around a whole application, and with other limits:
//!
//! ```
//! # use std::time::Duration;
//! # use paytr_core::CallbackGate;
//! # use paytr_tower::PaytrCallbackLayer;
//! # fn layer(gate: CallbackGate) -> PaytrCallbackLayer {
//! let gate = gate.max_body(4 * 1024).body_deadline(Duration::from_secs(3));
//! PaytrCallbackLayer::new(gate).at("/webhooks/paytr")
//! # }
//! ```
//!
//! # The other kinds
//!
//! PayTR posts four more kinds of notification, each to an address of its own. Each has a layer, and a
//! layer takes its own kind only:
//!
//! | layer | gate | the handler gets | its 2xx |
//! |---|---|---|---|
//! | [`PaytrCallbackLayer`] | `CallbackGate` | `VerifiedPayment` | settles the payment |
//! | [`LinkCallbackLayer`] | `LinkGate` | `LinkPayment` | settles the payment |
//! | [`EftNoticeLayer`] | `EftNoticeGate` | `EftNotice` | ends the repeating |
//! | [`TransferResultLayer`] | `TransferResultGate` | `TransferResult` | ends the repeating |
//! | [`CashoutResultLayer`] | `CashoutResultGate` | `CashoutResult` | ends the repeating |
//! | [`PlatformResultLayer`] | `PlatformResultGate` | `PlatformResult`: either of the last two | ends the repeating |
//!
//! Payments and link payments are handled once. The other three settle nothing and are handed over
//! **at least once**, without a claim: their handlers must be idempotent, and must not mark anything
//! paid. Methods, content types, limits, deadlines and replies are the same for all.
//!
//! # Deployment
//!
//! * A path that the layer is [at](NotificationLayer::at) is compared with the request's path as the layer
//!   sees it: inside `Router::nest` that is the path without the prefix, outside of it the whole path.
//! * Keep logins, CSRF checks, redirects and compression away from this path: PayTR wants the bare
//!   bytes `OK`.
//! * An outer time limit shorter than the handler only delays the answer: the payment is still settled
//!   and PayTR's next notification is answered `OK`.

pub mod callback;

pub use callback::{
    CashoutResultLayer, EftNoticeLayer, LinkCallbackLayer, NotificationLayer, PaytrCallbackLayer,
    PaytrCallbackService, PlatformResultLayer, TransferResultLayer,
};
