//! PayTR for actix-web 4: an extractor for its notifications, and the whole purchase if you want it.
//!
//! Ten lines make an actix app take PayTR's notifications, each payment once:
//!
//! ```
//! use actix_web::{App, HttpResponse, web};
//! use paytr_actix::{BoxError, CallbackGate, VerifiedCallback, VerifiedPayment};
//!
//! async fn paid(callback: VerifiedCallback) -> HttpResponse {
//!     callback.settle_with(book).await
//! }
//!
//! async fn book(payment: VerifiedPayment) -> Result<(), BoxError> {
//!     println!("{} paid {:?}", payment.merchant_oid(), payment.total());
//!     Ok(())
//! }
//!
//! fn routes(gate: CallbackGate) -> impl FnOnce(&mut web::ServiceConfig) {
//!     |app| {
//!         app.app_data(gate).route("/paytr/callback", web::to(paid));
//!     }
//! }
//! # let _ = |gate: CallbackGate| App::new().configure(routes(gate));
//! ```
//!
//! When `book` runs, the signature is verified, the total matches the shop's records, and no other
//! delivery of the same payment can run it. `Ok` settles the payment and PayTR is told `OK`; an error,
//! a panic or a handler out of time makes PayTR ask again. See [`VerifiedCallback`] for the exact rules.
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
//! * Mount the callback with `web::to`, not `web::post()`: the extractor answers other methods itself,
//!   from the same table as everything else.
//! * Keep logins, CSRF checks, redirects and compression away from this path: PayTR wants the bare
//!   bytes `OK`.
//! * The tasks of an actix worker end with it, also those of buyers and providers who hung up. So on
//!   shutdown stop accepting, wait for the payments, and stop the server last:
//!
//! ```
//! use std::time::Duration;
//! use actix_web::dev::ServerHandle;
//! use paytr_actix::{BoxError, CallbackGate};
//!
//! async fn stop(server: ServerHandle, gate: CallbackGate) -> Result<(), BoxError> {
//!     server.pause().await;
//!     let drained = gate.drain(Duration::from_secs(40)).await;
//!     server.stop(true).await;
//!     Ok(drained?)
//! }
//! ```
//!
//! # Features
//!
//! * `router` (default): [`purchase_flow()`] and [`back_office()`]. Without it the crate is the extractor alone.

#[cfg(feature = "router")]
mod back_office;
mod incoming;
mod notification;
#[cfg(feature = "router")]
mod purchase_flow;
mod rejection;
mod reply;

#[cfg(feature = "router")]
pub use back_office::back_office;
pub use notification::{Notification, VerifiedCallback, VerifiedCallbackRejection};
#[cfg(feature = "router")]
pub use paytr_flow;
#[cfg(feature = "router")]
pub use purchase_flow::purchase_flow;
pub use rejection::NotificationRejection;

pub use paytr_core;
pub use paytr_core::{
    BoxError, CallbackGate, Credentials, Disposition, Gate, Keyring, MemoryStore, Money,
    OrderLedger, VerifiedPayment,
};
#[cfg(feature = "router")]
pub use paytr_core::{PaytrClient, reconciler};
