//! Signed notifications: what PayTR does, for tests, sandboxes and tools. The twin of the verifiers in
//! [`callback`](crate::callback).
//!
//! ```
//! use paytr_core::{Credentials, Keyring, PaymentCallback, testing::PaymentNotification};
//!
//! let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
//! let body = PaymentNotification::success("SIPARIS0001", 3_456)
//!     .field("currency", "TL")
//!     .sign(&credentials)
//!     .to_body();
//! let callback = PaymentCallback::verify(&Keyring::new(credentials), body.as_bytes())?;
//! assert_eq!(callback.total_amount(), 3_456);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! Every kind is a [`Notification`] with constructors of its own; [`field`](Notification::field) adds
//! what else PayTR documents, or what it does not. A shop never needs this outside of tests: whoever
//! can sign a notification can mark orders paid.

mod cashout;
mod notification;

pub use cashout::{Cashout, CashoutNotification, CashoutPayment};
pub use notification::{
    Eft, EftNotification, Link, LinkNotification, MERCHANT_SALT, Notification, NotificationFormula,
    Payment, PaymentNotification, Transfer, TransferNotification,
};
