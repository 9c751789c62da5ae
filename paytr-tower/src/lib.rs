//! PayTR notifications for any tower stack.
//!
//! [`PaytrCallbackLayer`] guards one path of a service. A request to it reaches the inner service only
//! as a payment whose signature was verified, whose amount was compared with the shop's records, and
//! whose right to be handled was claimed. What the inner service answers decides what PayTR is told.
//!
//! # Rules
//!
//! * Requests to other paths pass through untouched, so the layer may wrap a whole application.
//! * On its path it takes a `POST` with `Content-Type: application/x-www-form-urlencoded`, not
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
//!     Router::new()
//!         .route("/paytr/callback", post(paid))
//!         .layer(PaytrCallbackLayer::new(gate, "/paytr/callback"))
//! }
//! ```
//!
//! With other limits:
//!
//! ```
//! # use std::time::Duration;
//! # use paytr_core::CallbackGate;
//! # use paytr_tower::PaytrCallbackLayer;
//! # fn layer(gate: CallbackGate) -> PaytrCallbackLayer {
//! let gate = gate.max_body(4 * 1024).body_deadline(Duration::from_secs(3));
//! PaytrCallbackLayer::new(gate, "/webhooks/paytr")
//! # }
//! ```
//!
//! # Deployment
//!
//! * The path is compared with the request's path as the layer sees it: inside `Router::nest` that is
//!   the path without the prefix.
//! * Keep logins, CSRF checks, redirects and compression away from this path: PayTR wants the bare
//!   bytes `OK`.
//! * An outer time limit shorter than the handler only delays the answer: the payment is still settled
//!   and PayTR's next notification is answered `OK`.

pub mod callback;

pub use callback::{PaytrCallbackLayer, PaytrCallbackService};
