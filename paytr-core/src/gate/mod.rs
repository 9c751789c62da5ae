//! From a notification body to a disposition.
//!
//! A [`NotificationGate`] takes one [`Kind`] of notification all the way. Frameworks call its
//! [`receive`](NotificationGate::receive), or its steps.

mod admitted;
mod kind;
mod links;
mod notices;
mod notification_gate;
mod once;
mod verified;
mod watch;

pub use admitted::Admitted;
pub use kind::Kind;
pub use links::{LedgerLinkPrices, LinkPrices, Links};
pub use notification_gate::{
    CallbackGate, CallbackLimits, CashoutResultGate, EftNoticeGate, LinkGate, NotificationGate,
    PlatformResultGate, TransferResultGate,
};
pub use verified::{LinkPayment, VerifiedPayment};
